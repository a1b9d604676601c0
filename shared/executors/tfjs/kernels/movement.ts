/** Kernels that only move elements, and the sums of moved ones. */
import { sizeOf } from '../../../graph/operator.ts';
import type { Kernels, Tensor, TensorFlow } from './kernel.ts';

export const movement = {
  gather: (tf, [x, indices]) => tf.gather(x!, indices as Tensor as never),
  scatterAdd(tf, [indices, values], { rows }, { shape }) {
    if (values!.size === 0) return tf.zeros([...shape]);
    const count = sizeOf(indices!.shape);
    const width = sizeOf(shape) / rows;
    // WebGL takes them by twos, and would read on behind an odd one.
    const even: [number, number][] = [
      [0, count % 2],
      [0, 0],
    ];
    const places = tf.pad(tf.reshape(clamp(tf, indices!, rows), [count, 1]), even);
    const sums = tf.scatterND(places, tf.pad(tf.reshape(values!, [count, width]), even), [rows, width]);
    return tf.reshape(sums, [...shape]);
  },
  concat(tf, inputs, { axis }) {
    const parts = inputs.filter(({ size }) => size > 0);
    return tf.concat(parts, axis);
  },
  slice: (tf, [x], { begin, size }) => (size.length > 0 ? tf.slice(x!, [...begin], [...size]) : tf.clone(x!)),
  sliceAt(tf, [x, start], { size }) {
    const first = clamp(tf, start!, x!.shape[0]! - size + 1);
    return tf.gather(x!, tf.add(tf.range(0, size, 1, 'int32'), first));
  },
  pad(tf, [x], { before, after }, { shape }) {
    if (x!.size === 0) return tf.zeros([...shape]);
    const sides = before.map((n, axis): [number, number] => [n, after[axis]!]);
    return sides.length > 0 ? tf.pad(x!, sides) : tf.clone(x!);
  },
  transpose: (tf, [x], { permutation }) => tf.transpose(x!, [...permutation]),
  reshape: (tf, [x], { shape }) => tf.reshape(x!, [...shape]),
  broadcastTo: (tf, [x], { shape }) => tf.broadcastTo(x!, [...shape]),
} satisfies Partial<Kernels>;

/** To 0 … count − 1: the WASM backend would write elsewhere. */
const clamp = (tf: TensorFlow, indices: Tensor, count: number): Tensor =>
  tf.maximum(tf.minimum(indices, tf.scalar(count - 1, 'int32')), tf.scalar(0, 'int32'));

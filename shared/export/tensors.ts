/** Weights as other frameworks order them. */
import type { TensorValue } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import { copyStrided, stridesOf } from '../graph/strided.ts';

/** Axis i becomes what axis `axes[i]` was. */
export function permuted({ shape, data }: TensorValue, axes: readonly number[]): TensorValue {
  const strides = stridesOf(shape);
  const to = axes.map((axis) => shape[axis]!);
  const out = new Float32Array(data.length);
  copyStrided(
    to,
    { data, strides: axes.map((axis) => strides[axis]!) },
    { data: out, strides: stridesOf(to) },
  );
  return { shape: to, data: out };
}

export const reshaped = ({ data }: TensorValue, shape: readonly number[]): TensorValue => ({ shape, data });

/** `count` equal parts along the first axis. */
export function parts({ shape: [first, ...rest], data }: TensorValue, count: number): TensorValue[] {
  const shape = [first! / count, ...rest];
  const size = sizeOf(shape);
  return Array.from({ length: count }, (_, i) => ({ shape, data: data.slice(i * size, (i + 1) * size) }));
}

/** One behind the other along the first axis. */
export function joined(values: readonly TensorValue[]): TensorValue {
  const data = new Float32Array(values.reduce((size, value) => size + value.data.length, 0));
  let at = 0;
  for (const value of values) {
    data.set(value.data, at);
    at += value.data.length;
  }
  const [, ...rest] = values[0]!.shape;
  return { shape: [values.reduce((sum, { shape }) => sum + shape[0]!, 0), ...rest], data };
}

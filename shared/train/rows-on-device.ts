/** One part of the rows (features and targets), ready to be taken in batches: on the device if small enough. */
import type { Tensor, TensorFlow } from '../graph/operator.ts';
import { sizeOf } from '../graph/operator.ts';
import type { FloatBlock } from '../pipeline/step.ts';

/** Features above this many bytes stay in the host's memory, and each batch is uploaded. */
const DEVICE_LIMIT = 256 * 2 ** 20;

export interface Rows {
  readonly count: number;
  /** As `applyTarget` gave them. */
  readonly targets: Float32Array;
  /** The rows at these places: x [n, …shape], target [n]. The caller frees them. */
  take(places: Uint32Array): { x: Tensor; target: Tensor };
  dispose(): void;
}

export function uploadRows(tf: TensorFlow, { data, shape }: FloatBlock, targets: Float32Array): Rows {
  const count = targets.length;
  if (data.byteLength > DEVICE_LIMIT) {
    const width = sizeOf(shape);
    return {
      count,
      targets,
      take(places) {
        const x = new Float32Array(places.length * width);
        for (const [i, place] of places.entries()) {
          x.set(data.subarray(place * width, (place + 1) * width), i * width);
        }
        return {
          x: tf.tensor(x, [places.length, ...shape]),
          target: tf.tensor1d(Float32Array.from(places, (p) => targets[p]!)),
        };
      },
      dispose() {},
    };
  }
  const x = tf.tensor(data, [count, ...shape]);
  const target = tf.tensor1d(targets);
  return {
    count,
    targets,
    take: (places) =>
      tf.tidy(() => {
        const indices = tf.tensor1d(Int32Array.from(places), 'int32');
        return { x: tf.gather(x, indices), target: tf.gather(target, indices) };
      }),
    dispose: () => tf.dispose([x, target]),
  };
}

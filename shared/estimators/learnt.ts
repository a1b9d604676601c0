/** Reading back what an estimator learnt, from tensors that may come from anywhere. */
import type { TensorValue } from '../graph/graph.ts';

export type ReadonlyLearnt = ReadonlyMap<string, TensorValue>;

/** The numbers of tensor `name`. Throws an Error unless its shape is `shape`, in which −1 stands for any size. */
export function tensorOf(learnt: ReadonlyLearnt, name: string, shape: readonly number[]): Float32Array {
  const tensor = learnt.get(name);
  const fits = tensor?.shape.length === shape.length && shape.every((n, i) => n < 0 || n === tensor.shape[i]);
  if (tensor && fits) return tensor.data as Float32Array;
  throw new Error(
    `the tensor "${name}" is ${tensor ? `[${tensor.shape.join(', ')}]` : 'missing'}; expected [${shape.map((n) => (n < 0 ? 'any' : n)).join(', ')}]`,
  );
}

/** No share is taken for less: nothing is quite impossible. */
export const SHARE_LEAST = 1e-7;

/** Row-major [rows, width] of shares to logits, whose softmax gives the shares back. */
export function logitsOf(shares: Float64Array): Float32Array {
  return Float32Array.from(shares, (share) => Math.log(Math.max(share, SHARE_LEAST)));
}

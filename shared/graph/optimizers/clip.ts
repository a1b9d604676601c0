/** Clipping by the global norm (Pascanu et al. 2013): a gradient longer than `limit` is shortened to it. */
import type { Ops, TensorRef } from '../ops.ts';

export function clipByNorm(ops: Ops, gradient: TensorRef, limit: number): TensorRef {
  // limit / max(norm, limit) is 1 for short gradients, and never divides by 0
  const longest = ops.maximum(lengthOf(ops, gradient), ops.constant(limit));
  return ops.multiply(gradient, ops.divide(ops.constant(limit), longest));
}

/** Of a vector: []. */
export const lengthOf = (ops: Ops, x: TensorRef): TensorRef =>
  ops.sqrt(ops.sum(ops.multiply(x, x), { axes: [0] }));

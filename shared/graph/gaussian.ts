/**
 * Standard Gaussian numbers as a composition (Box and Muller 1958). Like `randomUniform` they follow from `seed` and `step` (int32, a
 * scalar) alone; executors differ in the last bits of logarithm and cosine only.
 */
import type { Shape } from './graph.ts';
import type { Ops, TensorRef } from './ops.ts';

/** Tells the second uniform draw from the first. */
const SECOND = 0x2545f491;

export function gaussian(
  ops: Ops,
  step: TensorRef,
  { shape, seed }: { shape: Shape; seed: number },
): TensorRef {
  const u = ops.randomUniform(step, { shape, seed });
  const v = ops.randomUniform(step, { shape, seed: (seed + SECOND) | 0 });
  // 1 − u lies in (0, 1], whose logarithm is finite
  const radius = ops.sqrt(ops.multiply(ops.constant(-2), ops.log(ops.subtract(ops.constant(1), u))));
  return ops.multiply(radius, ops.cos(ops.multiply(ops.constant(2 * Math.PI), v)));
}

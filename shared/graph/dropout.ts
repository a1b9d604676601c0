/**
 * Dropout as a composition: a share `rate` of the elements becomes 0, the others are scaled by 1 / (1 − rate). The mask
 * follows from `seed` and `step` (int32, a scalar) alone, so it is the same on every executor, and a resumed run repeats it.
 */
import { shapeError } from './operator.ts';
import type { Ops, TensorRef } from './ops.ts';

export function dropout(
  ops: Ops,
  x: TensorRef,
  step: TensorRef,
  { rate, seed }: { rate: number; seed: number },
): TensorRef {
  if (!(rate >= 0 && rate < 1)) {
    throw shapeError('dropout', `rate is ${rate}; it must be at least 0 and below 1`);
  }
  if (rate === 0) return x;
  const drawn = ops.randomUniform(step, { shape: x.shape, seed });
  const dropped = ops.greater(ops.constant(rate), drawn);
  return ops.select(dropped, ops.constant(0), ops.multiply(x, ops.constant(1 / (1 - rate))));
}

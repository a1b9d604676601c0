/** Drops a share of the values while training, against overfitting; otherwise it does nothing. */
import { dropout as drop } from '../../graph/dropout.ts';
import type { TensorRef } from '../../graph/ops.ts';
import type { LayerScope } from './scope.ts';

/** Of the shape of `x`. */
export function dropout(
  { ops, training, step, seed }: LayerScope,
  x: TensorRef,
  { rate }: { rate: number },
): TensorRef {
  return training && rate > 0 ? drop(ops, x, step(), { rate, seed }) : x;
}

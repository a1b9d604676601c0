/** Batch normalisation (Ioffe and Szegedy 2015) of each channel, the last axis; any axes before it. */
import type { TensorRef } from '../../graph/ops.ts';
import type { LayerScope } from './scope.ts';

export interface BatchNormOptions {
  /** Share of the moving statistics that stays at each step; default 0.99. */
  momentum?: number;
  /** Default 1e-3. */
  epsilon?: number;
}

/**
 * Parameters `gamma`, `beta`, and, not trainable, `movingMean` and `movingVariance`, all [channels]. Training uses the batch's
 * mean and (biased) variance and moves the moving ones; otherwise those are used.
 */
export function batchNorm(
  { ops, parameter, update, training }: LayerScope,
  x: TensorRef,
  { momentum = 0.99, epsilon = 1e-3 }: BatchNormOptions = {},
): TensorRef {
  const shape = [x.shape.at(-1)!];
  const gamma = parameter('gamma', shape, 'ones');
  const beta = parameter('beta', shape, 'zeros');
  const movingMean = parameter('movingMean', shape, 'zeros', { trainable: false });
  const movingVariance = parameter('movingVariance', shape, 'ones', { trainable: false });

  const normalise = (centred: TensorRef, variance: TensorRef) => {
    const deviation = ops.sqrt(ops.add(variance, ops.constant(epsilon)));
    return ops.add(ops.multiply(centred, ops.divide(gamma, deviation)), beta);
  };
  if (!training) return normalise(ops.subtract(x, movingMean), movingVariance);

  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const mean = ops.mean(x, { axes });
  const centred = ops.subtract(x, mean);
  const variance = ops.mean(ops.multiply(centred, centred), { axes });
  const blend = (moving: TensorRef, now: TensorRef) =>
    ops.add(ops.multiply(moving, ops.constant(momentum)), ops.multiply(now, ops.constant(1 - momentum)));
  update(movingMean, blend(movingMean, mean));
  update(movingVariance, blend(movingVariance, variance));
  return normalise(centred, variance);
}

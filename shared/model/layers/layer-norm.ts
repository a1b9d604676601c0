/** Layer normalisation (Ba, Kiros and Hinton 2016) over the last axis. */
import type { TensorRef } from '../../graph/ops.ts';
import type { LayerScope } from './scope.ts';

/** Of the shape of `x`. Parameters `gamma` and `beta` [n], n being the last axis. */
export function layerNorm(
  { ops, parameter }: LayerScope,
  x: TensorRef,
  { epsilon = 1e-5 }: { epsilon?: number } = {},
): TensorRef {
  const n = x.shape.at(-1)!;
  const gamma = parameter('gamma', [n], 'ones');
  const beta = parameter('beta', [n], 'zeros');
  const last = { axes: [x.shape.length - 1], keepDims: true };
  const centred = ops.subtract(x, ops.mean(x, last));
  const variance = ops.mean(ops.multiply(centred, centred), last);
  const deviation = ops.sqrt(ops.add(variance, ops.constant(epsilon)));
  return ops.add(ops.multiply(ops.divide(centred, deviation), gamma), beta);
}

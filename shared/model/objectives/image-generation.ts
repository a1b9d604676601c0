/**
 * To learn what pictures look like from pixels between 0 and 1 alone. `reconstruction`: the network gives the picture back, through a
 * latent block. `denoising` (Ho et al. 2020): noise is added, at a level of its own for each picture, and the network, which is told
 * the level, says v = α·noise − σ·picture (Salimans and Ho 2022), from which both follow.
 */
import { gaussian } from '../../graph/gaussian.ts';
import type { TensorRef } from '../../graph/ops.ts';
import { rowLosses } from '../losses/list.ts';
import type { Objective, ObjectiveScope } from './objective.ts';

/** Tell the draws of levels and noise from one another, and from those of blocks. */
const LEVELS = 0x1e7e1;
const NOISE = 0x4015e;

export const imageGeneration: Objective = {
  losses,
  digest: (scope) => scope.ops.reshape(scope.withAdded(losses(scope)), { shape: [scope.x.shape[0]!, 1] }),
};

function losses(scope: ObjectiveScope): TensorRef {
  const { ops, x, model, loss } = scope;
  if (loss.type === 'reconstruction') return rowLosses(ops, model(x), x, loss);
  const { noisy, v } = addNoise(scope);
  return rowLosses(ops, model(noisy), v, loss);
}

/** `noisy` [batch, height, width, channels + 2] and `v` [batch, height, width, channels]. */
function addNoise({ ops, x, step, seed }: ObjectiveScope): { noisy: TensorRef; v: TensorRef } {
  const [batch, height, width] = x.shape as [number, number, number];
  const picture = ops.subtract(ops.multiply(x, ops.constant(2)), ops.constant(1));
  const noise = gaussian(ops, step(), { shape: x.shape, seed: (seed + NOISE) | 0 });
  // Levels lie evenly over a batch, from a random start: their mean loss varies less (Kingma et al. 2021).
  const start = ops.randomUniform(step(), { shape: [1, 1, 1, 1], seed: (seed + LEVELS) | 0 });
  const spread = ops.constant(
    Float32Array.from({ length: batch }, (_, row) => row / batch),
    [batch, 1, 1, 1],
  );
  const level = ops.add(spread, start);
  const angle = ops.multiply(ops.subtract(level, ops.floor(level)), ops.constant(Math.PI / 2));
  const [alpha, sigma] = [ops.cos(angle), ops.sin(angle)];
  const plane = (value: TensorRef) => ops.broadcastTo(value, { shape: [batch, height, width, 1] });
  const mixed = ops.add(ops.multiply(alpha, picture), ops.multiply(sigma, noise));
  return {
    noisy: ops.concat([mixed, plane(alpha), plane(sigma)], { axis: 3 }),
    v: ops.subtract(ops.multiply(alpha, noise), ops.multiply(sigma, picture)),
  };
}

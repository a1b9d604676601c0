/** Adds Gaussian noise while training. */
import { z } from 'zod';
import type { Block } from '../block.ts';
import { gaussian } from '../layers/random.ts';

const GaussianNoise = z.strictObject({
  type: z.literal('gaussian-noise'),
  /** Standard deviation. */
  stddev: z.number().positive().max(10).default(0.1),
});
type GaussianNoise = z.infer<typeof GaussianNoise>;

export const gaussianNoise = {
  type: 'gaussian-noise',
  summary: 'Adds noise to every value, at random, while training: small differences are not learnt by heart.',
  params: GaussianNoise,
  forward: (ops, [x], { stddev }, scope) =>
    scope.training ? ops.add(x, ops.multiply(gaussian(ops, x, scope), ops.constant(stddev))) : x,
  layer: ({ stddev }) => ({ className: 'GaussianNoise', config: { stddev } }),
  fromKeras: { GaussianNoise: ({ stddev }) => ({ stddev }) },
} satisfies Block<GaussianNoise>;

/** Adds Gaussian noise while training. */
import * as z from 'zod';
import { gaussian } from '../../graph/gaussian.ts';
import type { Block } from '../block.ts';

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
  forward(ops, [x], { stddev }, { training, step, seed }) {
    if (!training) return x;
    const noise = gaussian(ops, step(), { shape: x.shape, seed });
    return ops.add(x, ops.multiply(noise, ops.constant(stddev)));
  },
  layer: ({ stddev }) => ({ className: 'GaussianNoise', config: { stddev } }),
  fromKeras: { GaussianNoise: ({ stddev }) => ({ stddev }) },
} satisfies Block<GaussianNoise>;

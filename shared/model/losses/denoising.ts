/** Mean squared error of what is said of the noise in a picture: how a diffusion model is trained. */
import * as z from 'zod';
import type { Loss } from './loss.ts';

const Denoising = z.strictObject({
  type: z.literal('denoising'),
  /** In which noise is taken away when a picture is made: each runs the model once. */
  steps: z.int().min(2).max(250).default(32),
});
type Denoising = z.infer<typeof Denoising>;

export const denoising = {
  type: 'denoising',
  summary: 'Takes noise away from pictures: a diffusion model, which makes them out of nothing but noise.',
  task: 'image-generation',
  params: Denoising,
  /** Both [batch, height, width, channels]. */
  rows(ops, y, target) {
    const error = ops.subtract(y, target);
    return ops.mean(ops.multiply(error, error), { axes: [1, 2, 3] });
  },
} satisfies Loss<Denoising>;

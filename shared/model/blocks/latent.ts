/**
 * The latent sample of a variational autoencoder (Kingma and Welling 2014): [batch, 2k], k means and k logarithms of variances, →
 * [batch, k], drawn from those Gaussians while there is a loss, the means otherwise. What keeps the Gaussians near the standard one,
 * by their Kullback–Leibler divergence from it, is added to the loss.
 */
import * as z from 'zod';
import { gaussian } from '../../graph/gaussian.ts';
import type { Block } from '../block.ts';
import { refuseShape } from '../require-shape.ts';

const Latent = z.strictObject({
  type: z.literal('latent'),
  /** Times the divergence: above 1 the numbers become more independent and pictures plainer (β-VAE, Higgins et al. 2017). */
  weight: z.number().min(0).max(100).default(1),
});
type Latent = z.infer<typeof Latent>;

export const latent = {
  type: 'latent',
  summary:
    'Draws a few numbers by means and variances; new pictures begin here, from numbers drawn at random.',
  params: Latent,
  forward(ops, [x], { weight }, { addLoss, step, seed }) {
    const [batch, width] = x.shape as [number, number];
    if (x.shape.length !== 2 || width % 2 !== 0) {
      throw refuseShape('latent', 'flat rows of an even number of numbers: means, then variances', x);
    }
    const shape = [batch, width / 2];
    const mean = ops.slice(x, { begin: [0, 0], size: shape });
    if (!addLoss) return mean;
    const logVariance = ops.slice(x, { begin: [0, width / 2], size: shape });
    const variance = ops.exp(logVariance);
    // ½ Σ (μ² + σ² − ln σ² − 1)
    const parts = ops.subtract(
      ops.add(ops.multiply(mean, mean), variance),
      ops.add(logVariance, ops.constant(1)),
    );
    addLoss(ops.multiply(ops.sum(parts, { axes: [1] }), ops.constant(weight / 2)));
    const deviation = ops.exp(ops.multiply(logVariance, ops.constant(0.5)));
    return ops.add(mean, ops.multiply(deviation, gaussian(ops, step(), { shape, seed })));
  },
  layer: () => null,
} satisfies Block<Latent>;

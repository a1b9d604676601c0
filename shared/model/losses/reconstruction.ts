/**
 * Cross-entropy of pixels between 0 and 1, summed over a picture: −x·ln p − (1 − x)·ln(1 − p), p being the logistic function of the
 * output. With what a latent block adds it is a variational autoencoder's loss, in nats a picture.
 */
import * as z from 'zod';
import type { Loss } from './loss.ts';

const Reconstruction = z.strictObject({ type: z.literal('reconstruction') });
type Reconstruction = z.infer<typeof Reconstruction>;

export const reconstruction = {
  type: 'reconstruction',
  summary:
    'Brings pictures back from a few numbers: a variational autoencoder, with a latent block in its middle.',
  task: 'image-generation',
  params: Reconstruction,
  /** Both [batch, height, width, channels]; `y` are logits. */
  rows(ops, y, target) {
    // ln(1 + eʸ) − x·y, without overflow: max(y, 0) + ln(1 + e^−|y|) − x·y
    const tail = ops.log(ops.add(ops.constant(1), ops.exp(ops.negate(ops.abs(y)))));
    const pixels = ops.subtract(ops.add(ops.relu(y), tail), ops.multiply(target, y));
    return ops.sum(pixels, { axes: [1, 2, 3] });
  },
} satisfies Loss<Reconstruction>;

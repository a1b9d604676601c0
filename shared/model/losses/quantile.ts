/** Pinball loss (Koenker and Bassett 1978): its best constant is the quantile q of the targets. */
import * as z from 'zod';
import type { Loss } from './loss.ts';

const Quantile = z.strictObject({
  type: z.literal('quantile'),
  /** Share of the targets that lie below what is predicted. */
  q: z.number().min(0.001).max(0.999).default(0.5),
});
type Quantile = z.infer<typeof Quantile>;

export const quantile = {
  type: 'quantile',
  summary: 'Learns a quantile, such as the value that nine of ten rows stay below.',
  task: 'regression',
  params: Quantile,
  rows(ops, y, target, { q }) {
    const error = ops.subtract(target, y);
    return ops.maximum(ops.multiply(error, ops.constant(q)), ops.multiply(error, ops.constant(q - 1)));
  },
} satisfies Loss<Quantile>;

/** Huber's loss (1964): ½e² for errors e up to δ, and from there on the straight line δ·(|e| − ½δ). */
import * as z from 'zod';
import type { Loss } from './loss.ts';

const Huber = z.strictObject({
  type: z.literal('huber'),
  /** In standard deviations of the target. */
  delta: z.number().positive().max(100).default(1),
});
type Huber = z.infer<typeof Huber>;

export const huber = {
  type: 'huber',
  summary: 'Squared for small errors, absolute for large ones: steady, and outliers count little.',
  task: 'regression',
  params: Huber,
  rows(ops, y, target, { delta }) {
    const size = ops.abs(ops.subtract(y, target));
    const bent = ops.minimum(size, ops.constant(delta));
    // b·(|e| − ½b), b being |e| or δ, whichever is smaller
    return ops.multiply(bent, ops.subtract(size, ops.multiply(bent, ops.constant(0.5))));
  },
} satisfies Loss<Huber>;

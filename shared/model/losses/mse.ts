/** Squared error. */
import * as z from 'zod';
import type { Loss } from './loss.ts';

const Mse = z.strictObject({ type: z.literal('mse') });
type Mse = z.infer<typeof Mse>;

export const mse = {
  type: 'mse',
  summary: 'Squared error: learns the mean; large errors count most.',
  task: 'regression',
  params: Mse,
  rows(ops, y, target) {
    const error = ops.subtract(y, target);
    return ops.multiply(error, error);
  },
} satisfies Loss<Mse>;

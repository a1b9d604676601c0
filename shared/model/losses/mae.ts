/** Absolute error. */
import * as z from 'zod';
import type { Loss } from './loss.ts';

const Mae = z.strictObject({ type: z.literal('mae') });
type Mae = z.infer<typeof Mae>;

export const mae = {
  type: 'mae',
  summary: 'Absolute error: learns the median; outliers count little.',
  task: 'regression',
  params: Mae,
  rows: (ops, y, target) => ops.abs(ops.subtract(y, target)),
} satisfies Loss<Mae>;

/** The learning rate stays as it is. */
import * as z from 'zod';
import { type Schedule, WARMUP } from './schedule.ts';

const Constant = z.strictObject({ type: z.literal('constant'), ...WARMUP });

export const constant = {
  type: 'constant',
  summary: 'The same learning rate throughout, after warming up.',
  params: Constant,
  factor: () => 1,
} satisfies Schedule<z.infer<typeof Constant>>;

/** The learning rate falls by the same share in each epoch, a little at every step. */
import * as z from 'zod';
import { type Schedule, WARMUP } from './schedule.ts';

const Exponential = z.strictObject({
  type: z.literal('exponential'),
  ...WARMUP,
  /** What is left of the rate after an epoch. */
  perEpoch: z.number().gt(0).lt(1).default(0.95),
});

export const exponential = {
  type: 'exponential',
  summary: 'Falls by the same share in each epoch.',
  params: Exponential,
  factor: ({ step, stepsPerEpoch }, { perEpoch }) => perEpoch ** (step / stepsPerEpoch),
} satisfies Schedule<z.infer<typeof Exponential>>;

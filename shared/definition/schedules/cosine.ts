/** The learning rate falls along half a cosine to the end of the training (Loshchilov and Hutter 2017, without restarts). */
import * as z from 'zod';
import { type Schedule, WARMUP } from './schedule.ts';

const Cosine = z.strictObject({
  type: z.literal('cosine'),
  ...WARMUP,
  /** What is left of the rate at the end. */
  floor: z.number().min(0).max(1).default(0),
});

export const cosine = {
  type: 'cosine',
  summary: 'Falls along half a cosine, slowly at first and at the end.',
  params: Cosine,
  factor: ({ step, totalSteps }, { floor }) =>
    floor + ((1 - floor) * (1 + Math.cos((Math.PI * Math.min(step, totalSteps)) / totalSteps))) / 2,
} satisfies Schedule<z.infer<typeof Cosine>>;

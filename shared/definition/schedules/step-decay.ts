/** The learning rate falls by a factor every few epochs. */
import * as z from 'zod';
import { type Schedule, WARMUP } from './schedule.ts';

const StepDecay = z.strictObject({
  type: z.literal('step'),
  ...WARMUP,
  everyEpochs: z.int().min(1).max(10_000),
  /** What is left of the rate each time. */
  factor: z.number().gt(0).lt(1).default(0.1),
});

export const stepDecay = {
  type: 'step',
  summary: 'Falls by a factor every few epochs.',
  params: StepDecay,
  factor: ({ step, stepsPerEpoch }, { everyEpochs, factor }) =>
    factor ** Math.floor(step / (stepsPerEpoch * everyEpochs)),
} satisfies Schedule<z.infer<typeof StepDecay>>;

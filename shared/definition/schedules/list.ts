/** Every learning-rate schedule, and what a training says of the one it uses. */
import * as z from 'zod';
import { constant } from './constant.ts';
import { cosine } from './cosine.ts';
import { exponential } from './exponential.ts';
import type { Place, Schedule } from './schedule.ts';
import { stepDecay } from './step-decay.ts';

export const schedules = [constant, stepDecay, cosine, exponential] as const;

type ParamsOf<T extends readonly Pick<Schedule, 'params'>[]> = { -readonly [K in keyof T]: T[K]['params'] };

export const ScheduleSpec = z.discriminatedUnion(
  'type',
  schedules.map((schedule) => schedule.params) as unknown as ParamsOf<typeof schedules>,
);
export type ScheduleSpec = z.infer<typeof ScheduleSpec>;

const schedulesByType = new Map<string, Schedule<ScheduleSpec>>(
  schedules.map((schedule) => [schedule.type, schedule as unknown as Schedule<ScheduleSpec>]),
);

/** What the learning rate is multiplied by in the step after `place.step` others: warm-up first, then the schedule. */
export function rateFactor(spec: ScheduleSpec, { step, totalSteps, stepsPerEpoch }: Place): number {
  const { warmupSteps } = spec;
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  const rest = Math.max(totalSteps - warmupSteps, 1);
  const place = { step: step - warmupSteps, totalSteps: rest, stepsPerEpoch };
  return schedulesByType.get(spec.type)!.factor(place, spec);
}

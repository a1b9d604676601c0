/** Every scheduler, and what a sweep says of the one it uses. */
import * as z from 'zod';
import { asha } from './asha.ts';
import { hyperband } from './hyperband.ts';
import { median } from './median.ts';
import { none } from './none.ts';
import { population } from './population.ts';
import type { Scheduler } from './scheduler.ts';
import { successiveHalving } from './successive-halving.ts';

export const schedulers = [none, asha, hyperband, successiveHalving, median, population] as const;

type ParamsOf<T extends readonly Pick<Scheduler, 'params'>[]> = { -readonly [K in keyof T]: T[K]['params'] };

export const SchedulerSpec = z.discriminatedUnion(
  'type',
  schedulers.map(({ params }) => params) as unknown as ParamsOf<typeof schedulers>,
);
export type SchedulerSpec = z.infer<typeof SchedulerSpec>;

const byType = new Map<string, Scheduler<SchedulerSpec>>(
  schedulers.map((scheduler) => [scheduler.type, scheduler as unknown as Scheduler<SchedulerSpec>]),
);

export const schedulerOf = ({ type }: SchedulerSpec): Scheduler<SchedulerSpec> => byType.get(type)!;

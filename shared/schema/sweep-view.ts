/** A search as the API shows it. */
import * as z from 'zod';
import { idOf, Name, Timestamp } from './id.ts';
import { RunMetrics } from './metric.ts';
import { RunState } from './run.ts';
import { Objective, SWEEP_STATES, TRIAL_STATES, Trial } from './sweep.ts';

export const Sweep = z.object({
  id: idOf('sweep'),
  name: z.string(),
  datasetVersion: idOf('datasetVersion'),
  /** Its trials' models are versions of this one; the best has the alias `best` when the search has ended. */
  model: Name,
  state: z.enum(SWEEP_STATES),
  message: z.string().nullable(),
  trials: z.int(),
  createdAt: Timestamp,
  endedAt: Timestamp.nullable(),
});
export type Sweep = z.infer<typeof Sweep>;

export const SweepTrial = Trial.extend({
  template: z.string().nullable(),
  state: z.enum(TRIAL_STATES),
  run: idOf('run'),
  runState: RunState.nullable(),
  /** Why it was never trained, or failed. */
  problem: z.string().nullable(),
  metrics: RunMetrics.nullable(),
  modelVersion: idOf('modelVersion').nullable(),
});
export type SweepTrial = z.infer<typeof SweepTrial>;

/** With all that it has found. */
export const SweepDetail = Sweep.extend({
  objectives: z.array(Objective),
  /** In the order of their numbers. */
  tried: z.array(SweepTrial),
  /** Numbers of the trials that have ended, best first. */
  ranking: z.array(z.int()),
  /** Each trial that was better than all before it. */
  bestSoFar: z.array(z.object({ trial: z.int(), epochs: z.int(), value: z.number() })),
  /** Of several objectives, the trials that no other is better than in all. */
  front: z.array(z.int()),
  /** Share of the differences between trials that each parameter explains alone; null while too few have ended. */
  importance: z.object({ parameters: z.record(z.string(), z.number()), interactions: z.number() }).nullable(),
});
export type SweepDetail = z.infer<typeof SweepDetail>;

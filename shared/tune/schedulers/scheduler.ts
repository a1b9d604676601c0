/**
 * What a scheduler is: it says how far a trial is trained, whether one that reports goes on, and which go on from others. Each is one
 * file in this folder and one line in `list.ts`.
 */
import type * as z from 'zod';
import type { Parameters, Trial } from '../../schema/sweep.ts';
import type { Search } from '../samplers/sampler.ts';

/** The next trial: up to `epochs` (null: as its definition says), anew, or from another's last checkpoint. */
export type Plan = { epochs: number | null } | { epochs: number; from: number; parameters: Parameters };

export interface Scheduled extends Search {
  /** How many new sets of parameters may still be tried. */
  newLeft: number;
}

export interface Scheduler<S extends { type: string } = { type: string }> {
  type: S['type'];
  /** One sentence for people. */
  summary: string;
  params: z.ZodType<S>;
  /** Of one that says how long trials are: epochs of the longest. */
  maxEpochs?(settings: S): number;
  /** The parameters that it changes in the middle of a training, of those that there are. */
  perturbs?(settings: S, paths: readonly string[]): readonly string[];
  /** `wait`: nothing until a running trial has ended. `exhausted`: nothing more at all. */
  next(settings: S, search: Scheduled): Plan | 'wait' | 'exhausted';
  /** Of a running trial, at its last report. Default: it goes on. */
  judge?(settings: S, search: Search, trial: Trial): 'continue' | 'stop';
}

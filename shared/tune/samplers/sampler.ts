/**
 * What a sampler is: it says which parameters the next new trial gets, of the trials so far alone. Each is one file in this folder and
 * one line in `list.ts`.
 */
import type * as z from 'zod';
import type { Constraint, Objective, Parameters, Trial } from '../../schema/sweep.ts';
import type { Space } from '../search-space.ts';

/** What samplers and schedulers see of a sweep. */
export interface Search {
  space: Space;
  objectives: readonly Objective[];
  constraints: readonly Constraint[];
  /** In the order of their numbers. */
  trials: readonly Trial[];
}

export interface Sampler<S extends { type: string } = { type: string }> {
  type: S['type'];
  /** One sentence for people. */
  summary: string;
  params: z.ZodType<S>;
  /** How many different sets of parameters it has at all; default: as many as wanted. */
  count?(settings: S, space: Space): number;
  suggest(settings: S, search: Search): Parameters;
}

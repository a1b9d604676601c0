/** The next trial of a sweep: a pure function of what was wanted and what has been, so that a search can be taken up from its records. */
import type { Parameters, Trial } from '../schema/sweep.ts';
import { isSpent, newTrials } from './budget.ts';
import { samplerOf } from './samplers/list.ts';
import type { Search } from './samplers/sampler.ts';
import { schedulerOf } from './schedulers/list.ts';
import type { SweepSpec } from './sweep-spec.ts';
import { isEnded } from './trial-cost.ts';

export interface Suggestion {
  parameters: Parameters;
  /** Epoch at which it ends at the latest; null: where its definition says. */
  epochs: number | null;
  /** The trial from whose last checkpoint it goes on. */
  from?: number;
}

/**
 * `trials`: all of them, in the order of their numbers; the suggestion becomes the next. `wait`: nothing until a running trial has
 * ended. `exhausted`: nothing more; what runs may end.
 */
export function suggestTrial(sweep: SweepSpec, trials: readonly Trial[]): Suggestion | 'wait' | 'exhausted' {
  const { sampler, scheduler, budget, parallel } = sweep;
  if (isSpent(budget, trials)) return 'exhausted';
  if (trials.filter((trial) => !isEnded(trial)).length >= parallel) return 'wait';
  const search = searchOf(sweep, trials);
  const most = Math.min(
    budget.trials ?? Number.POSITIVE_INFINITY,
    samplerOf(sampler).count?.(sampler, search.space) ?? Number.POSITIVE_INFINITY,
  );
  const newLeft = most - newTrials(trials).length;
  const plan = schedulerOf(scheduler).next(scheduler, { ...search, newLeft });
  if (typeof plan === 'string' || 'from' in plan) return plan;
  return { ...plan, parameters: samplerOf(sampler).suggest(sampler, search) };
}

export const searchOf = (
  { parameters, objective, constraints }: SweepSpec,
  trials: readonly Trial[],
): Search => ({ space: parameters, objectives: objective, constraints, trials });

/** Whether a trial goes on, each time that it reports. */
import type { Trial } from '../schema/sweep.ts';
import { isSpent } from './budget.ts';
import { schedulerOf } from './schedulers/list.ts';
import { searchOf } from './suggest-trial.ts';
import type { SweepSpec } from './sweep-spec.ts';
import { epochOf } from './trial-cost.ts';

/**
 * `trial`: the one of `trials` that has just reported. It also stops at the epoch that it was to come to (then it has finished; ended
 * before, it is pruned) and when the budget is used up.
 */
export function judgeTrial(sweep: SweepSpec, trials: readonly Trial[], trial: Trial): 'continue' | 'stop' {
  const { scheduler, budget } = sweep;
  if (hasArrived(trial) || isSpent(budget, trials)) return 'stop';
  return schedulerOf(scheduler).judge?.(scheduler, searchOf(sweep, trials), trial) ?? 'continue';
}

/** Whether it has come as far as it was to. */
export const hasArrived = (trial: Trial): boolean => trial.epochs !== null && epochOf(trial) >= trial.epochs;

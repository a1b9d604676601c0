/** What a search has used of its budget. */

import type { Budget, Trial } from '../schema/sweep.ts';
import { epochOf, isEnded } from './trial-cost.ts';

/**
 * Epochs that a trial has trained itself, without those of the trial it goes on from. One that has ended counts for one at least, so
 * that a search in which everything fails comes to its end.
 */
export function epochsOf(trial: Trial, trials: readonly Trial[]): number {
  const before = trial.from === undefined ? undefined : trials.find(({ number }) => number === trial.from);
  return Math.max(isEnded(trial) ? 1 : 0, epochOf(trial) - (before ? epochOf(before) : 0));
}

/** New sets of parameters, as opposed to trials that go on from others. */
export const newTrials = (trials: readonly Trial[]): Trial[] =>
  trials.filter(({ from }) => from === undefined);

/** Whether no more may be trained; trials that are not limited by number only. */
export function isSpent({ epochs, seconds }: Budget, trials: readonly Trial[]): boolean {
  const sum = (of: (trial: Trial) => number) => trials.reduce((all, trial) => all + of(trial), 0);
  return (
    (epochs !== undefined && sum((trial) => epochsOf(trial, trials)) >= epochs) ||
    (seconds !== undefined && sum(({ measures }) => measures?.trainingSeconds ?? 0) >= seconds)
  );
}

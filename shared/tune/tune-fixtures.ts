/** For tests: sweeps, trials, and a search run to its end on a function instead of trainings. */
import type { Parameters, Trial } from '../schema/sweep.ts';
import { hasArrived, judgeTrial } from './judge-trial.ts';
import { suggestTrial } from './suggest-trial.ts';
import { SweepSpec } from './sweep-spec.ts';

/** One number from 0 to 1, the loss, and 20 trials, unless said otherwise. */
export const sweepOf = (change: object = {}): SweepSpec =>
  SweepSpec.parse({
    parameters: { x: { type: 'float', min: 0, max: 1 } },
    objective: [{ metric: 'loss', goal: 'minimize' }],
    budget: { trials: 20 },
    ...change,
  });

/** With a loss for each epoch from the first. */
export const trialOf = (number: number, losses: readonly number[], change: Partial<Trial> = {}): Trial => ({
  ...{ number, parameters: {}, epochs: null, state: 'finished' },
  reports: losses.map((value, i) => ({ epoch: i + 1, value })),
  ...change,
});

/** Trains each trial by `loss`, one after the other; without a scheduler one epoch each. */
export function runSearch(
  sweep: SweepSpec,
  loss: (parameters: Parameters, epoch: number) => number,
  begun: readonly Trial[] = [],
): Trial[] {
  const trials = [...begun];
  for (;;) {
    const suggestion = suggestTrial(sweep, trials);
    if (typeof suggestion === 'string') return trials;
    const { parameters, from } = suggestion;
    const trial: Trial = { ...suggestion, number: trials.length, state: 'running', reports: [] };
    trials.push(trial);
    const start = from === undefined ? 0 : trials[from]!.reports.at(-1)!.epoch;
    for (let epoch = start + 1; epoch <= (trial.epochs ?? 1); epoch++) {
      trial.reports.push({ epoch, value: loss(parameters, epoch) });
      if (judgeTrial(sweep, trials, trial) === 'stop') break;
    }
    trial.state = trial.epochs === null || hasArrived(trial) ? 'finished' : 'pruned';
  }
}

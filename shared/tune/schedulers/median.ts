/**
 * Median stopping (Golovin et al. 2017, Vizier): a trial ends when its best value so far is worse than the median of what the finished trials
 * had on average by the same epoch.
 */
import * as z from 'zod';
import type { Objective, Trial } from '../../schema/sweep.ts';
import { costBy, costOf, epochOf } from '../trial-cost.ts';
import type { Scheduler } from './scheduler.ts';
import { whole } from './whole.ts';

const Median = z.strictObject({
  type: z.literal('median'),
  /** None is ended before. */
  minEpochs: z.int().min(1).default(1),
  /** Trials that must have finished before one is ended. */
  minTrials: z.int().min(1).default(5),
});

export const median = {
  type: 'median',
  summary: 'Stops a trial that does worse than half of the finished ones did by then.',
  params: Median,
  next: (_, search) => whole(null, search),
  judge({ minEpochs, minTrials }, { trials, objectives: [objective] }, trial) {
    const epoch = epochOf(trial);
    const finished = trials.filter(({ state, reports }) => state === 'finished' && reports.length > 0);
    if (epoch < minEpochs || finished.length < minTrials) return 'continue';
    const means = finished.map((one) => meanCost(one, epoch, objective!)).sort((a, b) => a - b);
    const middle = (means.length - 1) / 2;
    const half = (means[Math.floor(middle)]! + means[Math.ceil(middle)]!) / 2;
    return costBy(trial, epoch, objective!)! > half ? 'stop' : 'continue';
  },
} satisfies Scheduler<z.infer<typeof Median>>;

/** Of the reports up to `epoch`, or of the first where it is later. */
function meanCost({ reports }: Trial, epoch: number, objective: Objective): number {
  const early = reports.filter((one) => one.epoch <= epoch);
  const counted = early.length > 0 ? early : reports.slice(0, 1);
  return counted.reduce((sum, { value }) => sum + costOf(value, objective), 0) / counted.length;
}

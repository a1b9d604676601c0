/** Of the rows of a class, the share that was given it; mean over classes (macro), 0 for a class without rows. */
import { macroAverage } from './confusion.ts';
import type { ClassificationMetric } from './metric.ts';

export const recall: ClassificationMetric = {
  name: 'recall',
  task: 'classification',
  compute: (outcome) =>
    macroAverage(outcome, ({ truePositive, actual }) => (actual === 0 ? 0 : truePositive / actual)),
};

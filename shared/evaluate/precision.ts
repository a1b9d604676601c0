/** Of the rows given a class, the share that is of it; mean over classes (macro), 0 for a class never predicted. */
import { macroAverage } from './confusion.ts';
import type { ClassificationMetric } from './metric.ts';

export const precision: ClassificationMetric = {
  name: 'precision',
  task: 'classification',
  compute: (outcome) =>
    macroAverage(outcome, ({ truePositive, predicted }) => (predicted === 0 ? 0 : truePositive / predicted)),
};

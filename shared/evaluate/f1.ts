/** Harmonic mean of precision and recall of each class; mean over classes (macro). */
import { macroAverage } from './confusion.ts';
import type { ClassificationMetric } from './metric.ts';

export const f1: ClassificationMetric = {
  name: 'f1',
  task: 'classification',
  compute: (outcome) =>
    macroAverage(outcome, ({ truePositive, predicted, actual }) => (2 * truePositive) / (predicted + actual)),
};

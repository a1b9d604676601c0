/** Share of the rows whose most probable class is the true one. */
import { type ClassificationMetric, predictedClass } from './metric.ts';

export const accuracy: ClassificationMetric = {
  name: 'accuracy',
  task: 'classification',
  compute(outcome) {
    if (outcome.truth.length === 0) return null;
    const right = outcome.truth.filter((actual, row) => predictedClass(outcome, row) === actual).length;
    return right / outcome.truth.length;
  },
};

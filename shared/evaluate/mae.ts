/** Mean absolute error, in the target's units. */
import type { RegressionMetric } from './metric.ts';

export const mae: RegressionMetric = {
  name: 'mae',
  task: 'regression',
  compute({ values, truth }) {
    if (truth.length === 0) return null;
    return truth.reduce((sum, y, row) => sum + Math.abs(y - values[row]!), 0) / truth.length;
  },
};

/** Root of the mean squared error, in the target's units. */
import type { RegressionMetric } from './metric.ts';

export const rmse: RegressionMetric = {
  name: 'rmse',
  task: 'regression',
  compute({ values, truth }) {
    if (truth.length === 0) return null;
    const squares = truth.reduce((sum, y, row) => sum + (y - values[row]!) ** 2, 0);
    return Math.sqrt(squares / truth.length);
  },
};

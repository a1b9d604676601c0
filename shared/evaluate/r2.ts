/** Share of the target's variance that the model explains; 0 is as good as always saying the mean. */
import type { RegressionMetric } from './metric.ts';

export const r2: RegressionMetric = {
  name: 'r2',
  task: 'regression',
  compute({ values, truth }) {
    const mean = truth.reduce((sum, y) => sum + y, 0) / truth.length;
    const total = truth.reduce((sum, y) => sum + (y - mean) ** 2, 0);
    if (!(total > 0)) return null;
    return 1 - truth.reduce((sum, y, row) => sum + (y - values[row]!) ** 2, 0) / total;
  },
};

/** Mean of the rows' losses, as they are trained. */
import type { GenerationMetric } from './metric.ts';

export const loss: GenerationMetric = {
  name: 'loss',
  task: 'image-generation',
  compute: ({ losses }) =>
    losses.length === 0 ? null : losses.reduce((sum, value) => sum + value, 0) / losses.length,
};

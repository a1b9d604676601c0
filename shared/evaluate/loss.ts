/** Mean of the rows' losses, as they are trained. */
import type { GenerationOutcome, MetricOf } from './metric.ts';

export const loss: MetricOf<GenerationOutcome> = {
  name: 'loss',
  task: 'image-generation',
  compute: ({ losses }) =>
    losses.length === 0 ? null : losses.reduce((sum, value) => sum + value, 0) / losses.length,
};

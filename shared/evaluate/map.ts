/** Mean average precision of boxes that overlap a true one by half. */
import { meanAveragePrecision } from './average-precision.ts';
import type { DetectionOutcome, MetricOf } from './metric.ts';

export const map: MetricOf<DetectionOutcome> = {
  name: 'map',
  task: 'object-detection',
  compute: (outcome) => meanAveragePrecision(outcome, [0.5]),
};

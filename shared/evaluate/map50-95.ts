/** Mean average precision over ten demands on the overlap, 0.5 to 0.95: how exactly boxes lie counts too. */
import { meanAveragePrecision } from './average-precision.ts';
import type { DetectionOutcome, MetricOf } from './metric.ts';

const OVERLAPS = Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100);

export const map50to95: MetricOf<DetectionOutcome> = {
  name: 'map50_95',
  task: 'object-detection',
  compute: (outcome) => meanAveragePrecision(outcome, OVERLAPS),
};

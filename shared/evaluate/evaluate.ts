/** All metrics that an outcome has. */
import type { MetricValues } from '../schema/metric.ts';
import { metrics } from './list.ts';
import type { Metric, Outcome } from './metric.ts';

export function evaluate(outcome: Outcome): MetricValues {
  const values: MetricValues = {};
  for (const metric of metrics) {
    const value = compute(metric, outcome);
    if (value !== null) values[metric.name] = value;
  }
  return values;
}

function compute(metric: Metric, outcome: Outcome): number | null {
  if (metric.task === 'classification') {
    return outcome.task === 'classification' ? metric.compute(outcome) : null;
  }
  return outcome.task === 'regression' ? metric.compute(outcome) : null;
}

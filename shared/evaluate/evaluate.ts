/** The metrics that an outcome has. */
import type { MetricName, MetricValues } from '../schema/metric.ts';
import { metrics } from './list.ts';
import type { MetricOf, Outcome } from './metric.ts';

/** All of them. */
export function evaluate(outcome: Outcome): MetricValues {
  const values: MetricValues = {};
  for (const { name } of metrics) {
    const value = measure(outcome, name);
    if (value !== null) values[name] = value;
  }
  return values;
}

/** One of them; null where it is not defined for such an outcome. */
export function measure(outcome: Outcome, name: MetricName): number | null {
  const metric = metrics.find((one) => one.name === name && one.task === outcome.task);
  return metric ? (metric as MetricOf<Outcome>).compute(outcome) : null;
}

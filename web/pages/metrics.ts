/** Metrics as people read them. */
import {
  METRIC_NAMES,
  METRICS,
  type MetricName,
  type MetricValues,
  traitsOf,
} from '../../shared/schema/metric.ts';
import { decimal, percent } from '../ui/format.ts';

export const metricText = (name: MetricName, value: number): string =>
  traitsOf(name).isShare ? percent(value) : decimal(value);

/** The one metric to show where there is room for one. */
export function headline(
  values: MetricValues | undefined | null,
): { name: MetricName; label: string; text: string } | null {
  const known = METRIC_NAMES.filter((name) => values?.[name] !== undefined);
  const name = known.find((one) => traitsOf(one).isHeadline) ?? known.at(-1);
  return name ? { name, label: METRICS[name].title, text: metricText(name, values![name]!) } : null;
}

export const metricRows = (values: MetricValues): { name: string; value: string }[] =>
  METRIC_NAMES.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [{ name: METRICS[name].title, value: metricText(name, value) }];
  });

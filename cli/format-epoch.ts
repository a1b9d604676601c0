/** An epoch as one line: `epoch  3/20  loss 0.41  validation loss 0.44, accuracy 0.9  5,210 rows/s  12 s left`. */
import type { EpochRow } from '../shared/evaluate/epoch-rows.ts';
import { METRIC_NAMES } from '../shared/schema/metric.ts';
import { formatDuration, formatNumber } from './format.ts';

/** `epochs`: in all, where known; `etaMs`: milliseconds to the end, while it trains. */
export function formatEpoch(
  { step, epoch, values: { train, validation } }: EpochRow,
  { epochs, etaMs }: { epochs?: number | undefined; etaMs?: number | null | undefined } = {},
): string {
  const all = epochs === undefined ? '' : `/${epochs}`;
  const measured = METRIC_NAMES.flatMap((name) => {
    const value = validation[name];
    return value === undefined ? [] : [`${name} ${formatNumber(value)}`];
  });
  return [
    Number.isInteger(epoch) ? `epoch ${String(epoch).padStart(all.length - 1)}${all}` : `step ${step}`,
    ...(train.loss === undefined ? [] : [`loss ${formatNumber(train.loss)}`]),
    `validation ${measured.join(', ')}`,
    ...(train.throughput === undefined
      ? []
      : [`${Math.round(train.throughput).toLocaleString('en')} rows/s`]),
    ...(etaMs == null ? [] : [`${formatDuration(etaMs)} left`]),
  ].join('  ');
}

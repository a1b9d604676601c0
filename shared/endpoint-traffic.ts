/** The arithmetic of an endpoint's traffic: minutes of the last hour, and the last few samples. */
import type { Traffic, TrafficSample, TrafficTotal } from './schema/endpoint.ts';

const MINUTE_MS = 60_000;
const MINUTES_KEPT = 60;
const SAMPLES_KEPT = 50;

export const NO_TRAFFIC: Traffic = { buckets: [], recent: [], totals: [] };

/** Traffic with one more request in it; newest sample first, oldest minute first. */
export function addSample({ buckets, recent, totals }: Traffic, sample: TrafficSample): Traffic {
  const minute = new Date(Math.floor(Date.parse(sample.at) / MINUTE_MS) * MINUTE_MS).toISOString();
  const bucket = buckets.find((one) => one.minute === minute) ?? {
    minute,
    requests: 0,
    errors: 0,
    totalMs: 0,
  };
  const counted = {
    minute,
    requests: bucket.requests + 1,
    errors: bucket.errors + (sample.status >= 400 ? 1 : 0),
    totalMs: bucket.totalMs + sample.ms,
  };
  return {
    buckets: [...buckets.filter((one) => one.minute !== minute), counted].sort((a, b) =>
      a.minute < b.minute ? -1 : 1,
    ),
    recent: [sample, ...recent].slice(0, SAMPLES_KEPT),
    totals: addToTotals(totals, sample),
  };
}

function addToTotals(totals: readonly TrafficTotal[], sample: TrafficSample): TrafficTotal[] {
  const { version, status, ms, rows, at } = sample;
  const isError = status >= 400;
  const before = totals.find((one) => one.version === version);
  const { requests = 0, errors = 0, answeredMs = 0, refusedMs = 0 } = before ?? {};
  const total: TrafficTotal = {
    version,
    rows: (before?.rows ?? 0) + rows,
    requests: requests + 1,
    errors: errors + (isError ? 1 : 0),
    answeredMs: answeredMs + (isError ? 0 : ms),
    refusedMs: refusedMs + (isError ? ms : 0),
    last: at,
  };
  return [...totals.filter((one) => one !== before), total].sort((a, b) => a.version - b.version);
}

/** Without the minutes that are more than an hour old at `at`, milliseconds since 1970. */
export function lastHour({ buckets, ...rest }: Traffic, at: number): Traffic {
  const oldest = new Date((Math.floor(at / MINUTE_MS) - MINUTES_KEPT + 1) * MINUTE_MS).toISOString();
  return { buckets: buckets.filter(({ minute }) => minute >= oldest), ...rest };
}

/** The arithmetic of an endpoint's traffic: minutes of the last hour, the last few samples, and what each version answered. */
import type { StepTotal, Traffic, TrafficBucket, TrafficSample, TrafficTotal } from './schema/endpoint.ts';

import type { StepAnswered } from './schema/inference-graph.ts';

const MINUTE_MS = 60_000;
const MINUTES_KEPT = 60;
const SAMPLES_KEPT = 50;
/** Of graphs that were changed again and again, the steps that came last. */
const STEPS_KEPT = 200;

export const NO_TRAFFIC: Traffic = { buckets: [], recent: [], totals: [], steps: [] };

/** A request as it is counted; `at`: milliseconds since 1970. */
export type Counted = Omit<TrafficSample, 'at'> & { at: number; steps?: readonly StepAnswered[] };

/** Traffic as it comes in: a request costs two sums and a place in a list. */
export class TrafficTally {
  #buckets = new Map<number, TrafficBucket>();
  #totals = new Map<number, TrafficTotal & { at: number }>();
  #steps = new Map<string, StepTotal>();
  #recent: Counted[] = [];

  add(sample: Counted): void {
    const { at, status, ms, version, rows } = sample;
    const isError = status >= 400;
    const minute = Math.floor(at / MINUTE_MS);
    let bucket = this.#buckets.get(minute);
    if (!bucket) {
      bucket = { minute: toIso(minute * MINUTE_MS), requests: 0, errors: 0, totalMs: 0 };
      this.#buckets.set(minute, bucket);
    }
    let total = this.#totals.get(version);
    if (!total) {
      total = { version, rows: 0, requests: 0, errors: 0, answeredMs: 0, refusedMs: 0, last: '', at };
      this.#totals.set(version, total);
    }
    bucket.requests++;
    bucket.totalMs += ms;
    total.requests++;
    total.rows += rows;
    total.at = Math.max(total.at, at);
    if (isError) {
      bucket.errors++;
      total.errors++;
      total.refusedMs += ms;
    } else total.answeredMs += ms;
    if (sample.steps) this.#addSteps(sample.steps);
    this.#recent.push(sample);
    if (this.#recent.length > 2 * SAMPLES_KEPT) this.#recent = this.#recent.slice(-SAMPLES_KEPT);
  }

  #addSteps(steps: readonly StepAnswered[]): void {
    for (const { step, model, instances } of steps) {
      const total = { step, model: model.name, version: model.version, rows: instances.length, requests: 1 };
      const known = this.#steps.get(keyOfStep(total));
      this.#steps.set(keyOfStep(total), known ? addSteps(known, total) : total);
    }
  }

  /** All so far; it begins anew. */
  take(): Traffic {
    const traffic = {
      buckets: [...this.#buckets.values()].sort(byMinute),
      recent: this.#recent
        .slice(-SAMPLES_KEPT)
        .map(({ steps: _, ...sample }) => ({ ...sample, at: toIso(sample.at) }))
        .reverse(),
      totals: [...this.#totals.values()]
        .map(({ at, ...total }) => ({ ...total, last: toIso(at) }))
        .sort(byVersion),
      steps: [...this.#steps.values()],
    };
    this.#buckets = new Map();
    this.#totals = new Map();
    this.#steps = new Map();
    this.#recent = [];
    return traffic;
  }
}

/** Both together; newest sample first, oldest minute first. */
export function addTraffic(before: Traffic, more: Traffic): Traffic {
  return {
    buckets: merge(before.buckets, more.buckets, (one) => one.minute, addBuckets).sort(byMinute),
    recent: [...more.recent, ...before.recent]
      .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
      .slice(0, SAMPLES_KEPT),
    totals: merge(before.totals, more.totals, (one) => one.version, addTotals).sort(byVersion),
    steps: merge(before.steps, more.steps, keyOfStep, addSteps).slice(-STEPS_KEPT),
  };
}

function merge<T>(
  before: readonly T[],
  more: readonly T[],
  keyOf: (one: T) => unknown,
  add: (a: T, b: T) => T,
): T[] {
  const all = new Map(before.map((one) => [keyOf(one), one]));
  for (const one of more) {
    const known = all.get(keyOf(one));
    all.set(keyOf(one), known ? add(known, one) : one);
  }
  return [...all.values()];
}

const addBuckets = (a: TrafficBucket, b: TrafficBucket): TrafficBucket => ({
  minute: a.minute,
  requests: a.requests + b.requests,
  errors: a.errors + b.errors,
  totalMs: a.totalMs + b.totalMs,
});

const addTotals = (a: TrafficTotal, b: TrafficTotal): TrafficTotal => ({
  version: a.version,
  rows: a.rows + b.rows,
  requests: a.requests + b.requests,
  errors: a.errors + b.errors,
  answeredMs: a.answeredMs + b.answeredMs,
  refusedMs: a.refusedMs + b.refusedMs,
  last: [a.last, b.last].sort()[1]!,
});

const keyOfStep = ({ step, model, version }: StepTotal): string => `${step} ${model}@${version}`;

const addSteps = (a: StepTotal, b: StepTotal): StepTotal => ({
  ...a,
  rows: a.rows + b.rows,
  requests: a.requests + b.requests,
});

/** Without the minutes that are more than an hour old at `at`, milliseconds since 1970. */
export function lastHour({ buckets, ...rest }: Traffic, at: number): Traffic {
  const oldest = toIso((Math.floor(at / MINUTE_MS) - MINUTES_KEPT + 1) * MINUTE_MS);
  return { buckets: buckets.filter(({ minute }) => minute >= oldest), ...rest };
}

const toIso = (at: number): string => new Date(at).toISOString();
const byMinute = (a: TrafficBucket, b: TrafficBucket): number => (a.minute < b.minute ? -1 : 1);
const byVersion = (a: TrafficTotal, b: TrafficTotal): number => a.version - b.version;

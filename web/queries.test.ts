import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import type { MetricPoint } from '../shared/schema/metric.ts';
import type { Run } from '../shared/schema/run.ts';
import { addSample, applyLiveEvent, mergePoints, queries } from './queries.ts';

const point = (step: number, value: number, split: MetricPoint['split'] = 'train'): MetricPoint => ({
  step,
  epoch: step / 10,
  split,
  name: 'loss',
  value,
});

describe('mergePoints', () => {
  it('counts a point sent twice once, and orders by step', () => {
    const merged = mergePoints(
      [point(10, 1), point(30, 0.5)],
      [point(20, 0.7), point(30, 0.4), point(30, 0.6, 'validation')],
    );
    expect(merged.map(({ step, value, split }) => [step, value, split])).toEqual([
      [10, 1, 'train'],
      [20, 0.7, 'train'],
      [30, 0.4, 'train'],
      [30, 0.6, 'validation'],
    ]);
  });
});

describe('addSample', () => {
  const sample = (at: string, status = 200) => ({ at, status, ms: 4, summary: 'Adelie' });

  it('adds to the minute it belongs to', () => {
    const once = addSample({ buckets: [], recent: [] }, sample('2026-11-23T10:00:12.345Z'));
    const twice = addSample(once, sample('2026-11-23T10:00:59.000Z', 422));
    const thrice = addSample(twice, sample('2026-11-23T10:01:00.000Z'));
    expect(thrice.buckets).toEqual([
      { minute: '2026-11-23T10:00:00.000Z', requests: 2, errors: 1, totalMs: 8 },
      { minute: '2026-11-23T10:01:00.000Z', requests: 1, errors: 0, totalMs: 4 },
    ]);
    expect(thrice.recent.map(({ at }) => at)).toEqual([
      '2026-11-23T10:01:00.000Z',
      '2026-11-23T10:00:59.000Z',
      '2026-11-23T10:00:12.345Z',
    ]);
  });
});

describe('applyLiveEvent', () => {
  it('is not undone by an answer that was given before it', async () => {
    const cache = new QueryClient();
    const run = (state: Run['state']) => ({ id: 'run_1', state }) as Run;
    const { queryKey } = queries.run('run_1');
    let answer: (late: Run) => void = () => {};
    const queryFn = () => new Promise<Run>((resolve) => (answer = resolve));
    const asked = cache.fetchQuery({ queryKey, queryFn }).catch(() => null);
    applyLiveEvent(cache, { type: 'run', run: run('succeeded') });
    answer(run('running'));
    await asked;
    await new Promise((done) => setTimeout(done, 10));
    expect(cache.getQueryData<Run>(queryKey)?.state).toBe('succeeded');
    cache.clear();
  });
});

import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import type { Run } from '../shared/schema/run.ts';
import { addSample, applyLiveEvent, queries } from './queries.ts';

describe('addSample', () => {
  const sample = (at: string, status = 200) => ({
    ...{ at, status, ms: 4, summary: 'Adelie' },
    ...{ version: 1, rows: 1 },
  });

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

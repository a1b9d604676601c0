import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import type { Run } from '../shared/schema/run.ts';
import { applyLiveEvent, queries, withSnapshot } from './queries.ts';

describe('withSnapshot', () => {
  const at = (step: number, epoch = step) => ({ step, epoch });

  it('keeps the order of steps, and the last of each', () => {
    expect(withSnapshot([at(1), at(5)], at(3))).toEqual([at(1), at(3), at(5)]);
    expect(withSnapshot([at(1), at(5)], at(5, 9))).toEqual([at(1), at(5, 9)]);
  });

  it('drops every second one when there are very many, and never the last', () => {
    const many = Array.from({ length: 100 }, (_, i) => at(i)).reduce(
      withSnapshot,
      [] as ReturnType<typeof at>[],
    );
    expect(many.length).toBeLessThanOrEqual(48);
    expect([many[0], many.at(-1)]).toEqual([at(0), at(99)]);
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
    expect(cache.getQueryState(queryKey)).toMatchObject({
      status: 'success',
      error: null,
      fetchStatus: 'idle',
    });
    cache.clear();
  });
});

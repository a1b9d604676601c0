import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import type { Progress } from '../../shared/schema/run.ts';
import type { FromWorker } from './messages.ts';
import { createTelling } from './tell-page.ts';

const point = (step: number): MetricPoint => ({ step, epoch: 1, split: 'train', name: 'loss', value: 1 });
const progress = (step: number): FromWorker => ({
  type: 'progress',
  progress: { phase: 'training', epoch: 0, epochs: 1, step, totalSteps: 9, etaMs: null } satisfies Progress,
});

describe('createTelling', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('puts points together, and leaves out progress that nobody would see', () => {
    const told: FromWorker[] = [];
    const tell = createTelling((message) => told.push(message));
    for (let step = 1; step <= 10; step++) {
      tell({ type: 'metrics', points: [point(step)] });
      tell(progress(step));
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(250);
    const points = told.flatMap((message) => (message.type === 'metrics' ? message.points : []));
    expect(points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    // shown at 0, 250, 500, 750 and 1000 ms
    const steps = told.flatMap((message) => (message.type === 'progress' ? message.progress.step : []));
    expect(steps).toEqual([1, 3, 5, 8, 10]);
  });

  it('tells what else happens at once, after what came before it', () => {
    const told: FromWorker[] = [];
    const tell = createTelling((message) => told.push(message));
    tell(progress(1));
    vi.advanceTimersByTime(0);
    tell({ type: 'metrics', points: [point(2)] });
    tell({ type: 'lost', message: 'gone' });
    expect(told.map(({ type }) => type)).toEqual(['progress', 'metrics', 'lost']);
    vi.advanceTimersByTime(1000);
    expect(told).toHaveLength(3);
  });
});

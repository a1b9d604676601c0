import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TrainEvent } from '../../shared/train/events.ts';
import { type Watchdog, watchForHangs } from './watchdog.ts';

const at = (step: number, phase = 'training'): TrainEvent => ({
  type: 'progress',
  progress: { phase, step, totalSteps: 100, epoch: 1, epochs: 10, etaMs: null },
});
const points: TrainEvent = { type: 'metrics', points: [] };

let told: string[];
let watchdog: Watchdog;
beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  watchdog = watchForHangs(300_000, (words) => told.push(words));
});
afterEach(() => {
  watchdog.end();
  vi.useRealTimers();
});
const pass = (ms: number) => vi.advanceTimersByTime(ms);

describe('a training is taken to hang', () => {
  it('after five minutes without a word from the start, once', () => {
    pass(299_000);
    expect(told).toEqual([]);
    pass(900_000);
    expect(told).toEqual(['said nothing for 300 s (starting)']);
  });

  it('after a minute once it has made steps', () => {
    watchdog.heard(at(0, 'preparing'));
    pass(299_000);
    watchdog.heard(at(31));
    pass(59_000);
    watchdog.heard(points); // any word counts
    pass(59_000);
    // 0.1 × 299 s is what it took to report once, and 20 × that is longer than a minute
    for (let report = 0; report < 60; report++) watchdog.heard(at(31));
    pass(59_000);
    expect(told).toEqual([]);
    pass(1000);
    expect(told).toEqual(['said nothing for 60 s (training, step 31 of 100)']);
  });

  it('after twenty times what is usual for it, where that is longer', () => {
    for (let step = 0; step < 200; step++) {
      watchdog.heard(at(step));
      pass(10_000);
    }
    pass(189_000); // 20 × 10 s, ten of which have passed
    expect(told).toEqual([]);
    pass(2000);
    expect(told).toEqual(['said nothing for 200 s (training, step 199 of 100)']);
  });

  it('never when it has ended', () => {
    watchdog.end();
    pass(900_000);
    expect(told).toEqual([]);
  });
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProgress } from './progress.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

const START = { epoch: 0, step: 0, bestLoss: null, waited: 0 };
const etaOf = (event: ReturnType<ReturnType<typeof createProgress>['report']>) =>
  event.type === 'progress' ? event.progress.etaMs : undefined;

it('reckons with the steps to come, and with looks at the validation rows', () => {
  const progress = createProgress(10, START);
  const at = (step: number, epoch = 0) => etaOf(progress.report('training', { ...START, step, epoch }, 100));
  expect(at(20)).toBeNull();
  vi.advanceTimersByTime(60);
  // 2 ms a step; ten epochs and the end have looks at rows to come, of an assumed 100 · 2 / 24 ms
  expect(at(50)).toBeCloseTo(2 * 950 + (12 * 200) / 24, 6);
  vi.advanceTimersByTime(100);
  vi.advanceTimersByTime(40);
  progress.validated(40);
  // the last fifty steps took 100 ms
  expect(at(100, 1)).toBeCloseTo(2 * 900 + 40 * 11, 6);
  expect(etaOf(progress.report('evaluating', { ...START, step: 1000, epoch: 10 }, 100))).toBeNull();
});

it('goes by the later steps, since the first are slow', () => {
  const progress = createProgress(1, START);
  const at = (step: number) => etaOf(progress.report('training', { ...START, step }, 1000));
  at(0);
  vi.advanceTimersByTime(1000);
  at(10);
  vi.advanceTimersByTime(20);
  // 2 ms a step; of an epoch's thousand, a look at the validation rows is taken for a twenty-fourth
  expect(at(20)).toBeCloseTo(2 * 980 + (3 * 2000) / 24, 6);
});

it('goes by the pace of this training, not of the one before it was resumed', () => {
  const progress = createProgress(2, { ...START, step: 50 });
  const at = (step: number) => etaOf(progress.report('training', { ...START, step }, 100));
  expect(at(60)).toBeNull();
  vi.advanceTimersByTime(100);
  expect(at(110)).toBeCloseTo(2 * 90 + (4 * 200) / 24, 6);
});

it('leaves aside what is no measure of what is to come', () => {
  const progress = createProgress(2, START);
  const at = (step: number) => etaOf(progress.report('training', { ...START, step }, 100));
  expect(at(10)).toBeNull();
  vi.advanceTimersByTime(500);
  progress.paused(480);
  // 20 ms for ten steps
  expect(at(20)).toBeCloseTo(2 * 180 + (4 * 200) / 24, 6);
});

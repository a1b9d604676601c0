import { describe, expect, it } from 'vitest';
import { parseLiveEvent, retryDelay } from './live.ts';

const job = `job_${'0'.repeat(26)}`;

describe('parseLiveEvent', () => {
  it('reads an event', () => {
    expect(parseLiveEvent(JSON.stringify({ type: 'job-waiting', job }))).toEqual({
      type: 'job-waiting',
      job,
    });
  });

  it.each([
    ['not text', new ArrayBuffer(4)],
    ['not JSON', '{"type":'],
    ['an unknown type', JSON.stringify({ type: 'weather', job })],
    ['a wrong field', JSON.stringify({ type: 'job-waiting', job: 'run_1' })],
  ])('passes over %s', (_, data) => {
    expect(parseLiveEvent(data)).toBeNull();
  });
});

describe('retryDelay', () => {
  it('doubles to 15 s, with jitter over the upper half', () => {
    expect([0, 1, 2, 5, 50].map((failures) => retryDelay(failures, () => 1))).toEqual([
      500, 1000, 2000, 15_000, 15_000,
    ]);
    expect(retryDelay(1, () => 0)).toBe(500);
  });
});

import { expect, it } from 'vitest';
import { thinSteps } from './thin-steps.ts';

it('drops none while there are few', () => {
  expect(thinSteps([], 2)).toEqual([]);
  expect(thinSteps([1, 5, 9], 3)).toEqual([]);
});

it('drops the one between the two nearest, by the square roots of their steps', () => {
  // without 1: from 0 to √4 it is 2; without 4: from 1 to 3, 2; without 9: from 2 to 3.16, 1.16
  expect(thinSteps([0, 1, 4, 9, 10], 4)).toEqual([9]);
});

it('keeps first and last, and more of the early ones, as a run goes on', () => {
  let kept: number[] = [];
  for (let step = 100; step <= 100_000; step += 100) {
    kept.push(step);
    const gone = new Set(thinSteps(kept, 24));
    kept = kept.filter((one) => !gone.has(one));
  }
  expect(kept).toHaveLength(24);
  expect([kept[0], kept.at(-1)]).toEqual([100, 100_000]);
  const before = (step: number) => kept.filter((one) => one <= step).length;
  // a quarter of the steps is half of the square roots
  expect(before(25_000)).toBeGreaterThanOrEqual(9);
  expect(before(25_000)).toBeLessThanOrEqual(15);
  expect(before(50_000)).toBeGreaterThan(12);
});

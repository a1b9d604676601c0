import { describe, expect, it } from 'vitest';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import { appendPoints, curveOf, type RunCurves, withYounger } from './run-curves.ts';

const point = (step: number, value: number, split: MetricPoint['split'] = 'train'): MetricPoint => ({
  step,
  epoch: step / 10,
  split,
  name: 'loss',
  value,
});
const none: RunCurves = new Map();

function told(curves: RunCurves, split: MetricPoint['split'] = 'train'): [step: number, value: number][] {
  const { step, value, length } = curveOf(curves, split, 'loss')!;
  return Array.from({ length }, (_, i) => [step[i]!, value[i]!]);
}

describe('appendPoints', () => {
  it('counts a point sent twice once, and orders by step', () => {
    const known = appendPoints(none, [point(10, 1), point(30, 0.5)]);
    const merged = appendPoints(known, [point(20, 0.7), point(30, 0.4), point(30, 0.6, 'validation')]);
    expect(told(merged)).toEqual([
      [10, 1],
      [20, 0.7],
      [30, 0.4],
    ]);
    expect(told(merged, 'validation')).toEqual([[30, 0.6]]);
    expect([...curveOf(merged, 'train', 'loss')!.epoch.subarray(0, 3)]).toEqual([1, 2, 3]);
  });

  it('gives the same curves where nothing is news', () => {
    const known = appendPoints(none, [point(10, 1), point(30, 0.5)]);
    expect(appendPoints(known, [point(10, 1), point(30, 0.5)])).toBe(known);
    expect(appendPoints(known, [point(10, 1), point(30, 0.4)])).not.toBe(known);
  });

  it('leaves the earlier state as long as it was, and shares its memory until there is no more room', () => {
    const first = appendPoints(none, [point(1, 9)]);
    const second = appendPoints(first, [point(2, 8)]);
    expect(told(first)).toEqual([[1, 9]]);
    expect(curveOf(second, 'train', 'loss')!.value).toBe(curveOf(first, 'train', 'loss')!.value);
    let curves = second;
    for (let step = 3; step <= 1000; step++) curves = appendPoints(curves, [point(step, step)]);
    expect(told(curves).slice(-2)).toEqual([
      [999, 999],
      [1000, 1000],
    ]);
    expect(told(second)).toEqual([
      [1, 9],
      [2, 8],
    ]);
  });

  it('says that earlier points changed, but not when they came again as they were', () => {
    const revision = (curves: RunCurves) => curveOf(curves, 'train', 'loss')!.revision;
    const known = appendPoints(none, [point(1, 9), point(2, 8)]);
    const grown = appendPoints(known, [point(1, 9), point(3, 7)]);
    expect(revision(grown)).toBe(revision(known));
    const corrected = appendPoints(grown, [point(1, 5)]);
    expect(revision(corrected)).not.toBe(revision(grown));
    expect(revision(appendPoints(none, [point(1, 9)]))).not.toBe(revision(known));
  });
});

describe('withYounger', () => {
  it('keeps what came while the answer was on its way', () => {
    const read = appendPoints(none, [point(1, 9), point(2, 8)]);
    const known = appendPoints(none, [point(2, 3), point(3, 7), point(3, 6, 'validation')]);
    const both = withYounger(read, known);
    expect(told(both)).toEqual([
      [1, 9],
      [2, 8],
      [3, 7],
    ]);
    expect(told(both, 'validation')).toEqual([[3, 6]]);
  });
});

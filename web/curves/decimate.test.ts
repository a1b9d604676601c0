import { describe, expect, it } from 'vitest';
import { decimate } from './decimate.ts';

const points = (ys: readonly number[]) => ({
  x: Float64Array.from(ys, (_, i) => i),
  y: Float64Array.from(ys),
  length: ys.length,
});

describe('decimate', () => {
  it('keeps all of a short curve, and one point on either side of what is seen', () => {
    const short = points([5, 4, 3, 2, 1, 0]);
    expect(decimate(short, [0, 5], 100)).toEqual([
      [0, 1, 2, 3, 4, 5],
      [5, 4, 3, 2, 1, 0],
    ]);
    expect(decimate(short, [1.5, 3.5], 100)[0]).toEqual([1, 2, 3, 4]);
  });

  it('keeps first, least, greatest and last of each column, in their order', () => {
    // two columns of 10: the least of the first at 3, its greatest at 6; in the second both at the ends
    const ys = [5, 5, 5, 1, 5, 5, 9, 5, 5, 5, ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]];
    expect(decimate(points(ys), [0, 20], 2)).toEqual([
      [0, 3, 6, 9, 10, 19],
      [5, 1, 9, 5, 0, 9],
    ]);
  });

  it('loses no peak of a hundred thousand points', () => {
    const ys = Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 900));
    ys[31_415] = 40;
    ys[31_416] = -40;
    const [xs, kept] = decimate(points(ys), [0, 99_999], 500);
    expect(xs.length).toBeLessThanOrEqual(4 * 501);
    expect(kept[xs.indexOf(31_415)]).toBe(40);
    expect(kept[xs.indexOf(31_416)]).toBe(-40);
    expect([xs[0], xs.at(-1)]).toEqual([0, 99_999]);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
  });

  it('leaves out what has no logarithm', () => {
    expect(decimate(points([1, 0, -2, 3]), [0, 3], 100, 0)).toEqual([
      [0, 3],
      [1, 3],
    ]);
    const long = points(Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : i)));
    expect(decimate(long, [0, 40], 2, 0)).toEqual([
      [20, 39],
      [20, 39],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { moved, zoomed } from './x-range.ts';

describe('the part of the x axis that is seen', () => {
  it('is zoomed about its middle, or about a point that stays where it was', () => {
    expect(zoomed([0, 100], [0, 100], 0.5)).toEqual([25, 75]);
    expect(zoomed([0, 100], [0, 100], 0.5, 20)).toEqual([10, 60]);
    expect(zoomed([0, 100], [0, 100], 0.5, 0)).toEqual([0, 50]);
  });

  it('is all again when zoomed out, and never beyond the ends', () => {
    expect(zoomed([25, 75], [0, 100], 2)).toBeNull();
    expect(zoomed([0, 40], [0, 100], 2)).toEqual([0, 80]);
    expect(zoomed([90, 100], [0, 100], 2)).toEqual([80, 100]);
  });

  it('is moved by shares of its width, up to the ends', () => {
    expect(moved([20, 40], [0, 100], 0.5)).toEqual([30, 50]);
    expect(moved([20, 40], [0, 100], -2)).toEqual([0, 20]);
    expect(moved([0, 100], [0, 100], 0.5)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { smooth } from './smooth.ts';

const curve = (values: number[], revision = 1) => ({
  value: Float64Array.from(values),
  length: values.length,
  revision,
});
const shown = ({ values, length }: ReturnType<typeof smooth>) => [...values.subarray(0, length)];

describe('smooth', () => {
  it('is not drawn to zero at its beginning', () => {
    // w = 0.5: s = 2, 4, 4; divided by 1/2, 3/4, 7/8
    const values = shown(smooth(curve([4, 6, 4]), 0.5));
    expect(values[0]).toBe(4);
    expect(values[1]).toBeCloseTo(16 / 3, 12);
    expect(values[2]).toBeCloseTo(32 / 7, 12);
  });

  it('leaves a level curve level', () => {
    for (const value of shown(smooth(curve([3, 3, 3, 3]), 0.99))) expect(value).toBeCloseTo(3, 12);
  });

  it('goes on where it was, to what it would have been at one go', () => {
    const all = [5, 1, 4, 2, 8, 7];
    const once = smooth(curve(all), 0.9);
    const begun = smooth(curve(all.slice(0, 2)), 0.9);
    const goneOn = smooth(curve(all), 0.9, begun);
    expect(shown(goneOn)).toEqual(shown(once));
    expect(shown(begun)).toEqual(shown(once).slice(0, 2));
  });

  it('begins anew when an earlier point or the weight is another', () => {
    const begun = smooth(curve([5, 1]), 0.9);
    expect(shown(smooth(curve([9, 1], 2), 0.9, begun))).toEqual(shown(smooth(curve([9, 1], 2), 0.9)));
    expect(shown(smooth(curve([5, 1, 2]), 0.5, begun))).toEqual(shown(smooth(curve([5, 1, 2]), 0.5)));
  });
});

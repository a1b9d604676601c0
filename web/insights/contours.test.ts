import { expect, it } from 'vitest';
import { enlarge, levelsOf } from './contours.ts';

it('puts bounds closer together near the least value', () => {
  // squares of 1/4, 2/4 and 3/4 of the extent of 16
  expect(levelsOf([18, 2, 5], 4)).toEqual([3, 6, 11]);
});

it('goes in straight lines between the middles of cells', () => {
  // middles of the large cells lie at -1/4, 1/4, 3/4 and 5/4 of the way; what lies beyond is as the edge
  expect([...enlarge([0, 4, 8, 12], 2, 2)]).toEqual([0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12]);
});

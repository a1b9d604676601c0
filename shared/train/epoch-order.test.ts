import { expect, it } from 'vitest';
import { epochOrder } from './epoch-order.ts';

it('holds every row once, and fills the last batch with different rows', () => {
  const order = epochOrder(10, 4, 1, 0);
  expect(order).toHaveLength(12);
  expect([...order.subarray(0, 10)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(new Set(order.subarray(10)).size).toBe(2);
});

it('follows from seed and epoch', () => {
  expect(epochOrder(50, 8, 1, 3)).toEqual(epochOrder(50, 8, 1, 3));
  expect(epochOrder(50, 8, 1, 4)).not.toEqual(epochOrder(50, 8, 1, 3));
  expect(epochOrder(50, 8, 2, 3)).not.toEqual(epochOrder(50, 8, 1, 3));
});

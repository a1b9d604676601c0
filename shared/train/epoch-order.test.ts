import { expect, it } from 'vitest';
import { epochOrder } from './epoch-order.ts';

it('holds every row once, and fills the last batch with different rows', () => {
  const order = epochOrder({ count: 10 }, 4, 1, 0);
  expect(order).toHaveLength(12);
  expect([...order.subarray(0, 10)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(new Set(order.subarray(10)).size).toBe(2);
});

it('follows from seed and epoch', () => {
  expect(epochOrder({ count: 50 }, 8, 1, 3)).toEqual(epochOrder({ count: 50 }, 8, 1, 3));
  expect(epochOrder({ count: 50 }, 8, 1, 4)).not.toEqual(epochOrder({ count: 50 }, 8, 1, 3));
  expect(epochOrder({ count: 50 }, 8, 2, 3)).not.toEqual(epochOrder({ count: 50 }, 8, 1, 3));
});

it('keeps the rows of a group together, in an order that changes', () => {
  const groups = Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1);
  const orders = [0, 1, 2].map((epoch) => [...epochOrder({ count: 8, groups }, 8, 1, epoch)]);
  for (const order of orders) {
    const met = order.map((row) => groups[row]!);
    expect(met.filter((group, i) => group !== met[i - 1])).toHaveLength(3);
    expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  }
  expect(new Set(orders.map(String)).size).toBe(3);
});

import { describe, expect, it } from 'vitest';
import { createRandom, shuffle } from './random.ts';

const take = (count: number, random: () => number): number[] => Array.from({ length: count }, random);

describe('createRandom', () => {
  it.each([
    // worked out in Python, with whole numbers modulo 2^32
    [[0], [2163335360, 340194509, 2379845903]],
    [
      [7, 3],
      [1892582109, 255093164, 1379887468],
    ],
    [[2 ** 31 - 1], [3288308178, 3754853515, 1500994442]],
  ])('gives for %j the numbers of sfc32', (keys, expected) => {
    expect(take(3, createRandom(...keys)).map((x) => x * 2 ** 32)).toEqual(expected);
  });

  it('is uniform in [0, 1): mean 1/2, variance 1/12, each tenth filled alike', () => {
    const values = take(100_000, createRandom(1));
    expect(values.every((x) => x >= 0 && x < 1)).toBe(true);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(0.004); // 4 standard errors
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.001);
    const tenths = new Array<number>(10).fill(0);
    for (const x of values) tenths[Math.floor(10 * x)]! += 1;
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  it('has a stream for each key, and for each order of keys', () => {
    const firsts = [[1], [2], [1, 0], [0, 1], [1, 2], [2, 1], []].map((keys) => createRandom(...keys)());
    expect(new Set(firsts).size).toBe(firsts.length);
  });
});

describe('shuffle', () => {
  it('keeps the items, follows the stream, and puts each item everywhere', () => {
    // j = 3, 1, 0 from the end: [0 1 2 3] stays, then 2 ↔ 1, then 2 (now second) ↔ 0
    const numbers = [0.9, 0.4, 0.1];
    expect([...shuffle(Uint32Array.of(0, 1, 2, 3), () => numbers.shift()!)]).toEqual([2, 0, 1, 3]);
    const places = Array.from({ length: 4 }, () => new Array<number>(4).fill(0));
    const random = createRandom(5);
    for (let i = 0; i < 4000; i++) {
      shuffle(Uint32Array.of(0, 1, 2, 3), random).forEach((item, place) => {
        places[item]![place]! += 1;
      });
    }
    for (const count of places.flat()) expect(Math.abs(count - 1000)).toBeLessThan(110);
  });
});

import { expect, it } from 'vitest';
import { align } from './align.ts';

it('puts lines of their own x into one table', () => {
  const first = [
    [1, 2, 4],
    [10, 20, 40],
  ] as const;
  const second = [
    [2, 3],
    [200, 300],
  ] as const;
  expect(align([first, second, [[], []]])).toEqual([
    [1, 2, 3, 4],
    [10, 20, null, 40],
    [null, 200, 300, null],
    [null, null, null, null],
  ]);
  expect(align([])).toEqual([[]]);
});

import { expect, it } from 'vitest';
import { layOut } from './lay-out.ts';

it('lays branches side by side, and what joins them below', () => {
  const { places, rows } = layOut([
    { key: 'x', inputs: [] },
    { key: 'left', inputs: ['x'] },
    { key: 'right', inputs: ['x'] },
    { key: 'deeper', inputs: ['right'] },
    { key: 'sum', inputs: ['left', 'deeper'] },
  ]);
  expect([...places.values()]).toEqual([
    { row: 0, column: 0 },
    { row: 1, column: 0 },
    { row: 1, column: 1 },
    { row: 2, column: 0 },
    { row: 3, column: 0 },
  ]);
  expect(rows).toEqual([1, 2, 1, 1]);
});

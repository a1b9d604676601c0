import { expect, it } from 'vitest';
import type { Table } from '../data/table.ts';
import { fitFeatures } from './fit-features.ts';
import { inputNames } from './input-names.ts';

it('names what each number of a row stands for', () => {
  const table: Table = {
    rows: 3,
    columns: new Map([
      ['age', { type: 'number' as const, values: Float64Array.of(1, 2, 9) }],
      ['island', { type: 'category' as const, values: ['Dream', 'Biscoe', 'Dream'] }],
      ['day', { type: 'category' as const, values: ['2024-01-01', '2024-02-01', '2024-03-01'] }],
    ]),
  };
  const features = [
    { column: 'age', steps: [{ type: 'standardise' as const }] },
    {
      column: 'age',
      name: 'old',
      steps: [{ type: 'bin' as const, bins: 2, strategy: 'width' as const, output: 'onehot' as const }],
    },
    { column: 'island', steps: [{ type: 'onehot' as const }] },
    {
      column: 'day',
      steps: [{ type: 'date' as const, parts: ['days' as const], cycles: ['month' as const] }],
    },
  ];
  const fitted = fitFeatures(features, table, Uint32Array.of(0, 1, 2), undefined);
  expect(inputNames(fitted)).toEqual([
    'age',
    'old = up to 5',
    'old = above 5',
    'island = Biscoe',
    'island = Dream',
    'day = days',
    'day = month, sine',
    'day = month, cosine',
  ]);
});

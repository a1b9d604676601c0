/** Profiles and tables of small CSVs, and of real ones where TRAINYARD_DATASETS has them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataset } from './load-dataset.ts';
import { profileBytes, profileDataset } from './profile-dataset.ts';

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const csv = utf8('id,size,kind,none\n1,2.5,a,NA\n2,?,b,\n3,-1.0,,null\n4,2.50,a,NaN\n');

describe('profileDataset', () => {
  it('counts, ranges and types', async () => {
    const profile = await profileDataset(new Blob([csv]).stream(), 'csv');
    expect(profile).toEqual(profileBytes(csv, 'csv'));
    expect(profile.rows).toBe(4);
    expect(profile.preview[1]).toEqual(['2', '?', 'b', '']);
    const [id, size, kind, none] = profile.columns;
    expect(id).toMatchObject({ type: 'number', missing: 0, distinct: 4, min: 1, max: 4, mean: 2.5 });
    expect(size).toMatchObject({ type: 'number', missing: 1, distinct: 2, min: -1, max: 2.5, mean: 4 / 3 });
    expect(size?.top).toEqual([
      { value: '2.5', count: 2 },
      { value: '-1', count: 1 },
    ]);
    expect(kind).toMatchObject({ type: 'category', missing: 1, distinct: 2, min: null, mean: null });
    expect(none).toMatchObject({ type: 'number', missing: 4, distinct: 0, min: null, max: null, mean: null });
  });

  it('stops counting at the limit, and says so', () => {
    const rows = Array.from({ length: 12_000 }, (_, i) => `n${i},${i % 3}`);
    const [name, third] = profileBytes(utf8(`name,third\n${rows.join('\n')}\n`), 'csv').columns;
    expect(name).toMatchObject({ distinct: 10_000, distinctCapped: true });
    expect(third).toMatchObject({ distinct: 3, distinctCapped: false });
  });
});

describe('loadDataset', () => {
  it('makes numbers and categories, NaN and null where a value is missing', () => {
    const { rows, columns } = loadDataset(csv, 'csv');
    expect(rows).toBe(4);
    expect(columns.get('size')).toEqual({
      type: 'number',
      values: Float64Array.of(2.5, Number.NaN, -1, 2.5),
    });
    expect(columns.get('kind')).toEqual({ type: 'category', values: ['a', 'b', null, 'a'] });
    expect(loadDataset(csv, 'csv', profileBytes(csv, 'csv'))).toEqual({ rows, columns });
  });

  it('refuses bytes that another profile was made from', () => {
    const profile = profileBytes(utf8('a,b\n1,2\n'), 'csv');
    const load = (text: string) => () => loadDataset(utf8(text), 'csv', profile);
    expect(load('a,c\n1,2\n')).toThrow(/its columns differ/);
    expect(load('a,b\n1,2\n1,2\n')).toThrow(/more than 1 rows/);
    expect(load('a,b\n1,x\n')).toThrow(/"b" has the value "x", not a number/);
  });

  const path = join(process.env.TRAINYARD_DATASETS ?? '', 'tabular-penguins/penguins.csv');
  it.skipIf(!existsSync(path))('reads the penguins (skipped without TRAINYARD_DATASETS)', () => {
    const { rows, columns } = profileBytes(readFileSync(path), 'csv');
    expect(rows).toBe(344);
    expect(
      columns.map(({ type, missing, distinct }) => [type, missing, type === 'category' ? distinct : null]),
    ).toEqual([
      ['category', 0, 3],
      ['category', 0, 3],
      ['number', 2, null],
      ['number', 2, null],
      ['number', 2, null],
      ['number', 2, null],
      ['category', 10, 3], // one row says "."
    ]);
  });
});

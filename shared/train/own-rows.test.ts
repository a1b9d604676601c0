/** Rows of a participant's own: read as the dataset's columns, refused in words that name column and value, and trained on with the others'. */
import { describe, expect, test } from 'vitest';
import { loadDataset } from '../data/load-dataset.ts';
import { profileBytes } from '../data/profile-dataset.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { loadOwnRows, tryRows } from './own-rows.ts';
import { fitRows } from './prepare-rows.ts';
import { cloudsSpec } from './train-fixtures.ts';

const KINDS = ['oak', 'elm', '7'];
const table = (rows: number, change: (row: string[], i: number) => string[] = (row) => row) =>
  new TextEncoder().encode(
    `height,bark,kind\n${Array.from({ length: rows }, (_, i) =>
      change([String(10 + (i % 9)), i % 2 === 0 ? 'rough' : 'smooth', KINDS[i % 3]!], i).join(','),
    ).join('\n')}\n`,
  );
const DATASET = table(60);
const KNOWN = profileBytes(DATASET, 'csv');
const SPEC: NetworkPipeline = {
  ...cloudsSpec(),
  target: 'kind',
  features: [
    { column: 'height', steps: [{ type: 'standardise' }] },
    { column: 'bark', steps: [{ type: 'onehot' }] },
  ],
};
const FITTED = fitRows(SPEC, loadDataset(DATASET, 'csv'));
const load = (bytes: Uint8Array) =>
  loadOwnRows(SPEC, { bytes, format: 'csv', profile: profileBytes(bytes, 'csv') }, KNOWN, FITTED);

describe('rows of a participant alone', () => {
  test('are read with the kinds of the dataset, whatever they look like by themselves', async () => {
    const own = load(table(30, ([height, bark]) => [height!, bark!, '7']));
    expect(own.columns.get('kind')).toMatchObject({ type: 'category', values: Array(30).fill('7') });
    await expect(tryRows(SPEC, own, FITTED, new Map())).resolves.toBeUndefined();
  });

  test('may have columns in another order, more of them, and values that the dataset has not', async () => {
    const bytes = new TextEncoder().encode(
      `kind,note,bark,height\n${Array.from({ length: 30 }, (_, i) => `oak,n${i},peeling,${i}`).join('\n')}\n`,
    );
    await expect(tryRows(SPEC, load(bytes), FITTED, new Map())).resolves.toBeUndefined();
  });

  test.each([
    [
      'a column that is not there',
      table(30, (row) => row),
      'bark',
      'bork',
      /column "bark": it is not in the file, which has "height", "bork", "kind"/,
    ],
    [
      'text among numbers',
      table(30, (row, i) => (i === 4 ? ['tall', ...row.slice(1)] : row)),
      '',
      '',
      /column "height": the value "tall" is not a number/,
    ],
    [
      'a class that is not known',
      table(30, (row, i) => (i === 5 ? [...row.slice(0, 2), 'yew'] : row)),
      '',
      '',
      /column "kind": the class "yew" of row 6 is not known .* expected "7", "elm", "oak"/,
    ],
    [
      'a value that is missing',
      table(30, (row, i) => (i === 5 ? ['', ...row.slice(1)] : row)),
      '',
      '',
      /column "height": it has no value in 1 of 30 rows/,
    ],
    [
      'a class that is missing',
      table(30, (row, i) => (i === 5 ? [...row.slice(0, 2), ''] : row)),
      '',
      '',
      /"kind" has no value in row 6/,
    ],
    ['too few of them', table(2), '', '', /2 rows, too few/],
  ])('are refused for %s', async (_, bytes, from, to, message) => {
    const text = new TextDecoder().decode(bytes).replace(from, to);
    const attempt = async () => tryRows(SPEC, load(new TextEncoder().encode(text)), FITTED, new Map());
    await expect(attempt()).rejects.toMatchObject({
      code: 'invalid_data',
      message: expect.stringMatching(message),
    });
  });
});

/** What a file is, by its name; a table may also be gzip, such as `prices.tsv.gz`. */
import type { DatasetFormat } from '../schema/dataset.ts';

const ENDINGS: readonly (readonly [RegExp, DatasetFormat])[] = [
  [/\.(csv|txt)(\.gz)?$/i, 'csv'],
  [/\.(tsv|tab)(\.gz)?$/i, 'tsv'],
  [/\.(json|jsonl|ndjson)(\.gz)?$/i, 'json'],
  [/\.zip$/i, 'pictures'],
];

export const formatOfName = (path: string): DatasetFormat | undefined =>
  ENDINGS.find(([ending]) => ending.test(path))?.[1];

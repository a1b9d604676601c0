/** Whether a column holds sentences rather than names, labels or ids: judged from the first rows and its most frequent values. */
import type { ColumnProfile, DatasetProfile } from '../schema/dataset.ts';

/** Words of a value, on the average; of scripts without spaces, characters. */
const WORDS_LEAST = 6;

export function holdsTexts({ columns, preview }: DatasetProfile, column: ColumnProfile): boolean {
  if (column.type !== 'category' || column.distinct < 2) return false;
  const place = columns.indexOf(column);
  const first = preview.map((row) => row[place] ?? '').filter((value) => value !== '');
  const frequent = column.top.map(({ value }) => value);
  return Math.max(wordsIn(first), wordsIn(frequent)) >= WORDS_LEAST;
}

function wordsIn(values: readonly string[]): number {
  const words = values.reduce((sum, value) => sum + (value.match(WORD)?.length ?? 0), 0);
  return words / Math.max(values.length, 1);
}

const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}]+/gu;

/** Whether a column holds sentences, or dates, rather than names, labels or ids: judged from the first rows and its most frequent values. */
import { parseDate } from '../pipeline/calendar.ts';
import type { ColumnProfile, DatasetProfile } from '../schema/dataset.ts';

/** Words of a value, on the average; of scripts without spaces, characters. */
const WORDS_LEAST = 6;
/** The same where each row has its own, as with questions: unlike names, they are mostly in small letters. */
const QUESTION_WORDS = 3;

export function holdsTexts({ rows, columns, preview }: DatasetProfile, column: ColumnProfile): boolean {
  if (column.type !== 'category' || column.distinct < 2) return false;
  const { first, frequent } = samplesOf({ columns, preview }, column);
  if (Math.max(wordsIn(first), wordsIn(frequent)) >= WORDS_LEAST) return true;
  return isEachRowsOwn({ rows }, column) && wordsIn(first) >= QUESTION_WORDS && isSpoken(first);
}

/** Texts of which most rows have one that no other has. */
export const isEachRowsOwn = (
  { rows }: Pick<DatasetProfile, 'rows'>,
  { type, distinct, distinctCapped }: ColumnProfile,
): boolean => type === 'category' && (distinctCapped || distinct * 2 > rows);

/** Of the first values, the share that a word must be in, at least and at most, to tell some from others. */
const WORD_SHARES = { least: 0.1, most: 0.9 };

/** Names of which parts come again and again, such as titles: too many for categories, and yet not each row's own. */
export function holdsNames(profile: DatasetProfile, column: ColumnProfile): boolean {
  if (!isEachRowsOwn(profile, column) || holdsTexts(profile, column)) return false;
  const { first } = samplesOf(profile, column);
  const values = new Map<string, number>();
  for (const value of first) {
    for (const word of new Set(value.toLowerCase().match(WORD)))
      if (/\p{L}{2}/u.test(word)) values.set(word, (values.get(word) ?? 0) + 1);
  }
  const { least, most } = WORD_SHARES;
  return [...values.values()].some(
    (count) => count >= Math.max(2, least * first.length) && count <= most * first.length,
  );
}

/** Texts that end as sentences do, or are as long. */
export function holdsSentences(profile: DatasetProfile, column: ColumnProfile): boolean {
  if (!isEachRowsOwn(profile, column)) return false;
  const { first } = samplesOf(profile, column);
  const ended = first.filter((value) => SENTENCE_END.test(value));
  return ended.length * 2 > first.length || holdsTexts(profile, column);
}
const SENTENCE_END = /[.!?。！？…]["'”’」』)]*$/u;

/** Dates as the step `date` reads them, in every row. */
export function holdsDates(profile: Samples, column: ColumnProfile): boolean {
  if (column.type !== 'category' || column.distinct < 2 || column.missing > 0) return false;
  const { first, frequent } = samplesOf(profile, column);
  return first.length > 0 && [...first, ...frequent].every((value) => parseDate(value) !== null);
}

/** Whether dates are written with their time of day. */
export const hasTime = (profile: Samples, column: ColumnProfile): boolean =>
  samplesOf(profile, column).first.some((value) => value.includes(':'));

type Samples = Pick<DatasetProfile, 'columns' | 'preview'>;

function samplesOf({ columns, preview }: Samples, column: ColumnProfile) {
  const place = columns.indexOf(column);
  return {
    first: preview.map((row) => row[place] ?? '').filter((value) => value !== ''),
    frequent: column.top.map(({ value }) => value),
  };
}

function isSpoken(values: readonly string[]): boolean {
  const words = values.flatMap((value) => value.match(WORD) ?? []);
  return words.filter((word) => /^\p{Ll}/u.test(word)).length * 2 > words.length;
}

function wordsIn(values: readonly string[]): number {
  const words = values.reduce((sum, value) => sum + (value.match(WORD)?.length ?? 0), 0);
  return words / Math.max(values.length, 1);
}

const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}]+/gu;

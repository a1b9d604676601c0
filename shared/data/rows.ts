/** What all tables of text have in common, whatever the format: names, rows as wide as these, and what a field may mean. */
import { AppError } from '../errors.ts';

export interface RowHandler {
  header(names: string[]): void;
  /** As many fields as the header has names. */
  row(fields: string[]): void;
}

/** Reads chunks of a file; both throw AppError `invalid_data`. */
export interface RowReader {
  push(chunk: Uint8Array): void;
  end(): void;
}

/** Longest row, bytes. */
export const ROW_LIMIT = 4 << 20;
const COLUMN_LIMIT = 10_000;
const NAME_LIMIT = 200;

/** Written for "no value" by spreadsheets (nothing), R (NA), pandas and JavaScript (NaN), SQL and JSON (null), UCI's sets (?). */
const MISSING = new Set(['', 'NA', 'NaN', 'null', '?']);
export const isMissing = (field: string): boolean => MISSING.has(field);

/** A decimal number such as -1, .5 or 6.02e23; NaN for any other text, and for what float64 cannot hold. */
export function parseNumber(field: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(field)) return Number.NaN;
  const value = Number(field);
  return Number.isFinite(value) ? value + 0 : Number.NaN; // + 0: JSON has no -0
}

/** Throws AppError `invalid_data` where a table cannot have such names. */
export function checkHeader(names: string[]): string[] {
  const refuse = (message: string) => new AppError('invalid_data', `the header line ${message}`);
  if (names.length > COLUMN_LIMIT)
    throw refuse(`has ${names.length} columns; at most ${COLUMN_LIMIT} are accepted`);
  const places = new Map<string, number>();
  names.forEach((name, i) => {
    if (name === '') throw refuse(`has no name for column ${i + 1}; name every column`);
    if (name.length > NAME_LIMIT)
      throw refuse(`names column ${i + 1} with more than ${NAME_LIMIT} characters`);
    if (name === '__proto__') throw refuse('has a column named "__proto__"; rename it');
    const before = places.get(name);
    if (before !== undefined) throw refuse(`names both column ${before} and column ${i + 1} "${name}"`);
    places.set(name, i + 1);
  });
  return names;
}

export function raggedRow(line: number, expected: number, found: number): AppError {
  const fields = found === 1 ? '1 field' : `${found} fields`;
  return new AppError('invalid_data', `line ${line} has ${fields}; the header has ${expected}`, {
    details: { line, expected, found },
  });
}

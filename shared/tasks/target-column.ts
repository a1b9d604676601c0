/** The column that holds the answers. */
import type { ColumnData, Table } from '../data/table.ts';
import { takeRows } from '../data/take-rows.ts';
import { AppError } from '../errors.ts';
import type { ColumnProfile, DatasetProfile } from '../schema/dataset.ts';

export type TargetColumn = Exclude<ColumnData, { type: keyof typeof HELD }>;

/** What is neither a class nor a number. */
const HELD = { image: 'pictures', audio: 'sounds', boxes: 'boxes' } as const;
const isWhole = <C extends { type: string }>(column: C): column is C & { type: keyof typeof HELD } =>
  column.type in HELD;

export const wrongTarget = (target: string, what: string): AppError =>
  new AppError('invalid_data', `the target "${target}" ${what}`, { details: { target } });

/** Numbers or categories, without gaps, of these rows. Throws AppError `invalid_data`. */
export function targetColumn(table: Table, target: string, rows: Uint32Array): TargetColumn {
  const column = table.columns.get(target);
  if (!column) {
    const names = [...table.columns.keys()].slice(0, 20).join(', ');
    throw wrongTarget(target, `is not in the data; it has ${names}`);
  }
  if (isWhole(column)) throw wrongTarget(target, `holds ${HELD[column.type]}; expected classes or numbers`);
  const missing = rows.find((row) => column.values[row] === null || Number.isNaN(column.values[row]));
  if (missing !== undefined)
    throw wrongTarget(target, `has no value in row ${missing + 1}; fill it in or remove the row`);
  return takeRows(column, rows) as TargetColumn;
}

/** Throws AppError `invalid_data` where there is no such column. */
export function findProfile({ columns }: DatasetProfile, target: string): ColumnProfile {
  const column = columns.find(({ name }) => name === target);
  if (column) return column;
  const names = columns.map(({ name }) => `"${name}"`);
  const more = names.length > 20 ? ` and ${names.length - 20} more` : '';
  throw wrongTarget(target, `is not a column of the data; it has ${names.slice(0, 20).join(', ')}${more}`);
}

/** The profile of a column of classes or numbers that may be the target. Throws AppError `invalid_data`. */
export function targetProfile(profile: DatasetProfile, target: string): ColumnProfile {
  const column = findProfile(profile, target);
  if (isWhole(column))
    throw wrongTarget(target, `holds ${HELD[column.type]}; choose a column of classes or numbers`);
  if (column.missing > 0) {
    const rows = column.missing === 1 ? '1 row' : `${column.missing} rows`;
    throw wrongTarget(target, `has no value in ${rows}; fill them in or remove those rows`);
  }
  if (column.distinct < 2) {
    const value = column.top[0]?.value ?? '';
    throw wrongTarget(target, `is constant: every row has "${value}"; expected two or more values`);
  }
  return column;
}

/** The column that holds the answers. */
import type { ColumnData, Table } from '../data/table.ts';
import { takeRows } from '../data/take-rows.ts';
import { AppError } from '../errors.ts';
import type { ColumnProfile, DatasetProfile } from '../schema/dataset.ts';

export type TargetColumn = Exclude<ColumnData, { type: 'image' | 'audio' }>;

export const wrongTarget = (target: string, what: string): AppError =>
  new AppError('invalid_data', `the target "${target}" ${what}`, { details: { target } });

/** Numbers or categories, without gaps, of these rows. Throws AppError `invalid_data`. */
export function targetColumn(table: Table, target: string, rows: Uint32Array): TargetColumn {
  const column = table.columns.get(target);
  if (!column) {
    const names = [...table.columns.keys()].slice(0, 20).join(', ');
    throw wrongTarget(target, `is not in the data; it has ${names}`);
  }
  if (column.type === 'image' || column.type === 'audio')
    throw wrongTarget(
      target,
      `holds ${column.type === 'image' ? 'pictures' : 'sounds'}; expected classes or numbers`,
    );
  const missing = rows.find((row) => column.values[row] === null || Number.isNaN(column.values[row]));
  if (missing !== undefined)
    throw wrongTarget(target, `has no value in row ${missing + 1}; fill it in or remove the row`);
  return takeRows(column, rows) as TargetColumn;
}

/** The profile of a column that may be the target. Throws AppError `invalid_data`. */
export function targetProfile({ columns }: DatasetProfile, target: string): ColumnProfile {
  const column = columns.find(({ name }) => name === target);
  if (!column) {
    const names = columns.map(({ name }) => `"${name}"`);
    const more = names.length > 20 ? ` and ${names.length - 20} more` : '';
    throw wrongTarget(target, `is not a column of the data; it has ${names.slice(0, 20).join(', ')}${more}`);
  }
  if (column.type === 'image' || column.type === 'audio')
    throw wrongTarget(
      target,
      `holds ${column.type === 'image' ? 'pictures' : 'sounds'}; choose a column of classes or numbers`,
    );
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

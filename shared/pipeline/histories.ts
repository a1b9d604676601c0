/** What features that look back see: for each row the values of the rows before it. */
import type { SeriesColumn, Table } from '../data/table.ts';
import { takeRows } from '../data/take-rows.ts';
import { AppError } from '../errors.ts';
import type { FeatureSpec } from './feature-spec.ts';

/** Longest history by column. */
export function historyLengths(
  features: readonly Pick<FeatureSpec, 'column' | 'history'>[],
): Map<string, number> {
  const lengths = new Map<string, number>();
  for (const { column, history } of features) {
    if (history !== undefined) lengths.set(column, Math.max(history, lengths.get(column) ?? 0));
  }
  return lengths;
}

/**
 * The table with histories, for rows in the order of time; the first rows, which have too little behind them, are left out. As it
 * is where no feature looks back. Throws AppError `invalid_data`.
 */
export function withHistories(table: Table, features: readonly FeatureSpec[]): Table {
  const lengths = historyLengths(features);
  const longest = Math.max(0, ...lengths.values());
  if (longest === 0) return table;
  if (longest >= table.rows) {
    throw new AppError(
      'invalid_data',
      `a feature looks back ${longest} rows, and the data has ${table.rows}; shorten its "history"`,
    );
  }
  const rows = Uint32Array.from({ length: table.rows - longest }, (_, i) => longest + i);
  const histories = [...lengths].map(([name, length]): [string, SeriesColumn] => {
    const column = table.columns.get(name);
    if (column?.type !== 'number')
      throw new AppError('invalid_data', `there is no column of numbers "${name}"`);
    const missing = column.values.findIndex(Number.isNaN);
    if (missing >= 0) {
      throw new AppError(
        'invalid_data',
        `column "${name}": it has no value in row ${missing + 1}, and a history must not have gaps; fill it in`,
        { details: { column: name } },
      );
    }
    return [
      name,
      { type: 'series', values: Array.from(rows, (row) => column.values.subarray(row - length, row)) },
    ];
  });
  return {
    rows: rows.length,
    columns: new Map([...table.columns].map(([name, column]) => [name, takeRows(column, rows)])),
    histories: new Map(histories),
  };
}

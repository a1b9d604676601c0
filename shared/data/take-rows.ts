/** Some rows of a column, in the order given. */
import type { ColumnData, SeriesColumn } from './table.ts';

export function takeRows(column: ColumnData, rows: Uint32Array): ColumnData;
export function takeRows(column: ColumnData | SeriesColumn, rows: Uint32Array): ColumnData | SeriesColumn;
export function takeRows(column: ColumnData | SeriesColumn, rows: Uint32Array): ColumnData | SeriesColumn {
  switch (column.type) {
    case 'number':
      return { type: 'number', values: pickNumbers(column.values, rows) };
    case 'category':
      return { type: 'category', values: Array.from(rows, (row) => column.values[row] as string | null) };
    case 'image':
      return { type: 'image', values: pick(column.values, rows) };
    case 'audio':
      return { type: 'audio', values: pick(column.values, rows) };
    case 'boxes':
      return { type: 'boxes', values: pick(column.values, rows) };
    case 'series':
      return { type: 'series', values: pick(column.values, rows) };
  }
}

function pickNumbers(values: Float64Array, rows: Uint32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let i = 0; i < picked.length; i++) picked[i] = values[rows[i]!]!;
  return picked;
}

const pick = <T>(values: T[], rows: Uint32Array): T[] => Array.from(rows, (row) => values[row] as T);

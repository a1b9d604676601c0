/** The column to predict: its classes or its mean and spread, and its values as the numbers a loss takes. */
import type { ColumnData, Table } from '../data/table.ts';
import { takeRows } from '../data/take-rows.ts';
import { AppError } from '../errors.ts';
import type { OutputSpec } from '../schema/prediction.ts';
import type { FittedPipeline } from './fitted-pipeline.ts';
import { mean, standardDeviation } from './statistics.ts';

type TargetColumn = Exclude<ColumnData, { type: 'image' | 'audio' }>;

/** Learns from the training rows. Throws AppError `invalid_data`. */
export function fitTarget(
  {
    task,
    target,
    answers,
  }: { task: OutputSpec['task']; target: string; answers?: readonly string[] | undefined },
  table: Table,
  trainRows: Uint32Array,
): Pick<FittedPipeline, 'output' | 'targetState'> {
  if (answers)
    return { output: { task: 'classification', target, classes: [...answers] }, targetState: null };
  const column = takeRows(targetColumn(table, target, trainRows), trainRows);
  if (task === 'regression') {
    if (column.type !== 'number') throw wrong(target, 'holds text; regression needs numbers');
    const centre = mean(column.values);
    const std = standardDeviation(column.values, centre);
    if (!(std > 0 && std < Number.POSITIVE_INFINITY)) {
      throw wrong(target, `cannot be learnt: its values' standard deviation is ${std}`);
    }
    return { output: { task, target }, targetState: { mean: centre, std } };
  }
  const classes = classesOf(column as TargetColumn);
  if (classes.length < 2) {
    throw wrong(target, `has one class only in the training rows, "${classes[0]}"; expected two or more`);
  }
  if (classes.includes('__proto__')) throw wrong(target, 'has a class named "__proto__"; rename it');
  return { output: { task, target, classes }, targetState: null };
}

/** Per row: the place of its class in `output.classes`, or its standardised value. */
export function applyTarget(
  { output, targetState }: Pick<FittedPipeline, 'output' | 'targetState'>,
  table: Table,
  rows: Uint32Array,
): Float32Array<ArrayBuffer> {
  const { values } = takeRows(targetColumn(table, output.target, rows), rows) as TargetColumn;
  if (output.task === 'regression') {
    const { mean, std } = targetState as NonNullable<typeof targetState>;
    return Float32Array.from(values as Float64Array, (y) => (y - mean) / std);
  }
  const places = new Map(output.classes.map((name, place) => [name, place]));
  return Float32Array.from(values as ArrayLike<string | number>, (value) => {
    const place = places.get(String(value));
    if (place !== undefined) return place;
    throw wrong(
      output.target,
      `has the class "${value}" in no training row; give it more rows, or leave those it has out`,
    );
  });
}

/** Distinct values as text: numbers by size, text by UTF-16 code unit. */
function classesOf(column: TargetColumn): string[] {
  return column.type === 'number'
    ? [...new Set(column.values)].sort((a, b) => a - b).map(String)
    : [...new Set(column.values as string[])].sort();
}

function targetColumn(table: Table, target: string, rows: Uint32Array): TargetColumn {
  const column = table.columns.get(target);
  if (!column)
    throw wrong(target, `is not in the data; it has ${[...table.columns.keys()].slice(0, 20).join(', ')}`);
  if (column.type === 'image' || column.type === 'audio')
    throw wrong(
      target,
      `holds ${column.type === 'image' ? 'pictures' : 'sounds'}; expected classes or numbers`,
    );
  const missing = rows.find((row) => column.values[row] === null || Number.isNaN(column.values[row]));
  if (missing !== undefined)
    throw wrong(target, `has no value in row ${missing + 1}; fill it in or remove the row`);
  return column;
}

function wrong(target: string, what: string): AppError {
  return new AppError('invalid_data', `the target "${target}" ${what}`, { details: { target } });
}

/**
 * Rows that one participant of an averaged training has and nobody else sees: read as the columns of the dataset that all know, and refused
 * where they do not fit it. What is said of them names columns and values, and is for the eyes of their owner alone.
 */
import { loadDataset } from '../data/load-dataset.ts';
import { parseNumber } from '../data/rows.ts';
import type { Table } from '../data/table.ts';
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import { usedColumns } from '../definition/used-columns.ts';
import { AppError } from '../errors.ts';
import { checkChain } from '../pipeline/chain.ts';
import type { FeatureSpec } from '../pipeline/feature-spec.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import type { ColumnProfile, ColumnType, DatasetFormat, DatasetProfile } from '../schema/dataset.ts';
import type { WeightFiles } from './initial-weights.ts';
import { prepareRows } from './prepare-rows.ts';

export interface OwnRows {
  bytes: Uint8Array;
  format: DatasetFormat;
  /** As they are by themselves. */
  profile: DatasetProfile;
}

/** `fitted`: to the dataset, whose profile `known` is. Throws AppError `invalid_data`. */
export function loadOwnRows(
  spec: PipelineSpec,
  { bytes, format, profile }: OwnRows,
  known: DatasetProfile,
  fitted: FittedPipeline,
): Table {
  const kinds = new Map(known.columns.map(({ name, type }) => [name, type]));
  const used = usedColumns(spec);
  for (const name of used) requireKind(name, profile, kinds.get(name));
  for (const feature of spec.features) requireValues(feature, profile, kinds);
  const columns = profile.columns.map((column) =>
    used.includes(column.name) ? { ...column, type: kinds.get(column.name)! } : column,
  );
  const table = loadDataset(bytes, format, { ...profile, columns });
  requireClasses(fitted, table);
  return table;
}

/** Goes through all that a training does with its rows before it begins. Throws AppError `invalid_data`. */
export async function tryRows(
  spec: PipelineSpec,
  table: Table,
  fitted: FittedPipeline,
  files: WeightFiles,
): Promise<void> {
  const nothing = { phase: 'preparing', step: 0, totalSteps: 0, epoch: 0, epochs: 0, etaMs: null };
  const preparing = prepareRows(spec, table, { type: 'progress', progress: nothing }, { files, fitted });
  for (let next = await preparing.next(); !next.done; ) next = await preparing.next();
}

function requireKind(name: string, { columns }: DatasetProfile, wanted: ColumnType | undefined): void {
  const column = columns.find((one) => one.name === name);
  if (!column) {
    const names = columns.map((one) => `"${one.name}"`).slice(0, 20);
    throw refuse(name, `it is not in the file, which has ${names.join(', ')}`);
  }
  // numbers are names too, where the dataset has names
  if (column.type === wanted || (column.type === 'number' && wanted === 'category')) return;
  const stray = wanted === 'number' ? strayOf(column) : undefined;
  throw refuse(
    name,
    stray === undefined
      ? `it holds values of the kind "${column.type}"; expected "${wanted}", as in the dataset of the run`
      : `the value "${stray}" is not a number; the dataset of the run has numbers there`,
  );
}

const strayOf = ({ top }: ColumnProfile): string | undefined =>
  top.find(({ value }) => Number.isNaN(parseNumber(value)))?.value;

function requireValues(
  feature: FeatureSpec,
  { columns, rows }: DatasetProfile,
  kinds: ReadonlyMap<string, ColumnType>,
): void {
  const { column: name } = feature;
  const { missing } = columns.find((one) => one.name === name)!;
  if (missing === 0 || checkChain(feature, kinds.get(name)!).takesMissing) return;
  throw refuse(
    name,
    `it has no value in ${missing} of ${rows} rows, and the pipeline fills none in; fill them in or leave those rows out`,
  );
}

function requireClasses({ output }: FittedPipeline, { columns }: Table): void {
  if (output.task !== 'classification') return;
  const known = new Set(output.classes);
  const values: ArrayLike<unknown> = columns.get(output.target)?.values ?? [];
  const stranger = Array.from(values, String).findIndex(
    (value, row) => values[row] !== null && !known.has(value),
  );
  if (stranger < 0) return;
  const names = output.classes.slice(0, 20).map((name) => `"${name}"`);
  throw refuse(
    output.target,
    `the class "${values[stranger]}" of row ${stranger + 1} is not known to the dataset of the run; expected ${names.join(', ')}`,
  );
}

const refuse = (column: string, why: string): AppError =>
  new AppError('invalid_data', `column "${column}": ${why}`, { details: { column } });

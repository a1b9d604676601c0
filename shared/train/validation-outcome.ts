/** A trained model held once more against the rows that its training validated it by. */
import type { Artifact } from '../artifact/artifact.ts';
import { createPredictor } from '../artifact/predictor.ts';
import type { Table } from '../data/table.ts';
import { takeRows } from '../data/take-rows.ts';
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import { AppError } from '../errors.ts';
import type { ClassificationOutcome, RegressionOutcome } from '../evaluate/metric.ts';
import type { Executor } from '../executors/executor.ts';
import { withHistories } from '../pipeline/histories.ts';
import type { Prediction, Truth } from '../schema/prediction.ts';
import { outputTask } from '../tasks/list.ts';
import { splitRows } from './split-rows.ts';

/** Of more, so many are taken from among all. */
const ROWS_MOST = 5000;
/** Rows predicted between two reports. */
const PIECE = 64;

export interface ValidationRows {
  /** With histories, where features look back. */
  table: Table;
  rows: Uint32Array;
  /** Where they stand in the data as it came. */
  places: Uint32Array;
}

/** Throws AppError `invalid_data` where training would. */
export function validationRows(spec: PipelineSpec, whole: Table): ValidationRows {
  const table = withHistories(whole, spec.features);
  const all = splitRows(table, spec).validation;
  const count = Math.min(all.length, ROWS_MOST);
  const rows = Uint32Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
  const left = whole.rows - table.rows; // too little stands before the first rows
  return { table, rows, places: rows.map((row) => left + row) };
}

/** What the model says of the rows, as its endpoint would, and what is true; yields how many are done. Throws AppError `unsupported`. */
export async function* validationOutcome(
  artifact: Artifact,
  executor: Executor,
  { table, rows }: ValidationRows,
): AsyncGenerator<number, ClassificationOutcome | RegressionOutcome, void> {
  const { spec, fitted } = artifact;
  const { output } = fitted;
  // a clustering answers with classes too, and has no truth
  if (output.task !== spec.task || (output.task !== 'classification' && output.task !== 'regression'))
    throw new AppError('unsupported', `${spec.task} has neither classes nor numbers to be held against`);
  const truth = outputTask(output.task).truth!({ table, rows, places: [] }, fitted);
  const said: Prediction[] = [];
  const predictor = await createPredictor(artifact, executor);
  try {
    for (let start = 0; start < rows.length; start += PIECE) {
      said.push(...(await predictor.predictTable(piece(table, rows.subarray(start, start + PIECE)))));
      yield said.length;
    }
  } finally {
    predictor.dispose();
  }
  if (output.task === 'regression')
    return {
      task: 'regression',
      values: Float64Array.from(said, numberOf),
      truth: Float64Array.from(truth, numberOf),
    };
  const { classes } = output;
  const places = new Map(classes.map((name, place) => [name, place]));
  return {
    ...{ task: 'classification', classes: classes.length },
    probabilities: Float32Array.from(
      said.flatMap((one) => classes.map((name) => ('probabilities' in one ? one.probabilities[name]! : 0))),
    ),
    truth: Int32Array.from(truth, (one) => ('label' in one ? places.get(one.label)! : -1)),
  };
}

const numberOf = (one: Prediction | Truth): number => ('value' in one ? one.value : Number.NaN);

function piece({ columns, histories }: Table, rows: Uint32Array): Table {
  const take = <C extends Parameters<typeof takeRows>[0]>(all: ReadonlyMap<string, C>) =>
    new Map([...all].map(([name, column]) => [name, takeRows(column, rows) as C]));
  return { rows: rows.length, columns: take(columns), ...(histories && { histories: take(histories) }) };
}

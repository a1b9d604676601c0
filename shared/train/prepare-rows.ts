/** The three parts of a dataset as numbers, by a pipeline fitted on the training part alone, or by one that is given. */
import { placesOf } from '../artifact/model-shape.ts';
import type { Table } from '../data/table.ts';
import { answersOf, askedOf } from '../definition/check-pipeline.ts';
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import { sizeOf } from '../graph/operator.ts';
import { applyPipeline } from '../pipeline/apply-pipeline.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import { withHistories } from '../pipeline/histories.ts';
import type { FloatBlock, PlaceOf } from '../pipeline/step.ts';
import { fitPipeline } from '../tasks/fit-pipeline.ts';
import { outputTask } from '../tasks/list.ts';
import type { Answered } from '../tasks/output-task.ts';
import type { TrainEvent } from './events.ts';
import type { FrozenFeatures } from './frozen-features.ts';
import { readVocabularies, type WeightFiles } from './initial-weights.ts';
import { breathe } from './pace.ts';
import { placesIn, rowsOf } from './shard.ts';
import { splitRows } from './split-rows.ts';
import type { TrainOptions } from './train-options.ts';

/** Rows between two pauses; fewer where each goes through the frozen part of a model, and may be large. */
const PIECE = 512;
const FROZEN_PIECE = 64;

/** One part of the rows; `groups` tells of each row which user's it is, where the definition ranks within users. */
export interface Rows extends Answered {
  features: FloatBlock;
}

export interface Prepared extends Record<'train' | 'validation' | 'test', Rows> {
  fitted: FittedPipeline;
  /** The frozen part of the model, which all rows have been through; null where there is none. */
  frozen: FrozenFeatures | null;
}

interface PrepareOptions extends Pick<TrainOptions, 'fitted' | 'shard'> {
  /** Files of weights, in which the vocabularies are. */
  files?: WeightFiles;
  /** Gives the frozen part, if the model has one. */
  freeze?: (fitted: FittedPipeline) => Promise<FrozenFeatures | null>;
}

/** Yields `event` now and then, so that the caller is heard of. */
export async function* prepareRows(
  spec: PipelineSpec,
  whole: Table,
  event: TrainEvent,
  { files = new Map(), freeze, fitted: given, shard }: PrepareOptions = {},
): AsyncGenerator<TrainEvent, Prepared, void> {
  const table = withHistories(whole, spec.features);
  const split = splitRows(table, spec);
  const answers = answersOf(spec);
  const fitted = given ?? fitTo(spec, table, split.train, files);
  const frozen = (await freeze?.(fitted)) ?? null;
  const places = placesOf(spec, fitted);
  async function* prepare(rows: Uint32Array, placeOf?: PlaceOf): AsyncGenerator<TrainEvent, Rows, void> {
    return {
      count: rows.length,
      features: yield* applyInPieces(fitted, { table, rows, placeOf, frozen }, event),
      target: answers ? null : outputTask(spec.task).encode(fitted, table, rows, places),
      groups: groupsOf(table, spec.rankWithin, rows),
      source: { table, rows, places },
    };
  }
  try {
    return {
      train: yield* prepare(rowsOf(split.train, shard), given ? undefined : placesIn(shard)),
      validation: yield* prepare(split.validation),
      test: yield* prepare(split.test),
      fitted,
      frozen,
    };
  } finally {
    frozen?.dispose();
  }
}

/**
 * The features that a training of these rows fits: what participants of an averaged training are given (`fitted`) who each have rows of their
 * own. They tell of the rows (means, vocabularies, classes), so that public ones, or those of a participant who may show them, do for it.
 */
export function fitRows(spec: PipelineSpec, whole: Table, files: WeightFiles = new Map()): FittedPipeline {
  const table = withHistories(whole, spec.features);
  return fitTo(spec, table, splitRows(table, spec).train, files);
}

function fitTo(spec: PipelineSpec, table: Table, rows: Uint32Array, files: WeightFiles): FittedPipeline {
  const { task, target } = spec;
  const asked = { task, target, answers: answersOf(spec), ...askedOf(spec) };
  return fitPipeline(asked, table, rows, readVocabularies(spec, files));
}

/** A number for each different value of the column. */
function groupsOf(table: Table, column: string | undefined, rows: Uint32Array): Int32Array | undefined {
  const values = column === undefined ? undefined : table.columns.get(column)?.values;
  if (!values) return undefined;
  const numbers = new Map<unknown, number>();
  return Int32Array.from(rows, (row) => {
    const value = values[row];
    if (!numbers.has(value)) numbers.set(value, numbers.size);
    return numbers.get(value)!;
  });
}

async function* applyInPieces(
  fitted: FittedPipeline,
  {
    table,
    rows,
    placeOf,
    frozen,
  }: { table: Table; rows: Uint32Array; placeOf: PlaceOf | undefined; frozen: FrozenFeatures | null },
  event: TrainEvent,
): AsyncGenerator<TrainEvent, FloatBlock, void> {
  const shape = frozen?.shape ?? fitted.outputShape;
  const width = sizeOf(shape);
  const atOnce = frozen ? FROZEN_PIECE : PIECE;
  const data = new Float32Array(rows.length * width);
  for (let start = 0; start < rows.length; start += atOnce) {
    const piece = rows.slice(start, start + atOnce);
    const features = applyPipeline(fitted, table, piece, placeOf && ((row) => placeOf(start + row))).data;
    data.set(frozen ? await frozen.apply(features) : features, start * width);
    yield event;
    await breathe();
  }
  return { type: 'floats', shape, data };
}

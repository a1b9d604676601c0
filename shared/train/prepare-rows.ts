/** The three parts of a dataset as numbers, by a pipeline fitted on the training part alone. */
import type { Table } from '../data/table.ts';
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import { sizeOf } from '../graph/operator.ts';
import { applyPipeline } from '../pipeline/apply-pipeline.ts';
import { fitPipeline } from '../pipeline/fit-pipeline.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import { withHistories } from '../pipeline/histories.ts';
import type { FloatBlock } from '../pipeline/step.ts';
import { applyTarget } from '../pipeline/target.ts';
import type { TrainEvent } from './events.ts';
import { breathe } from './pace.ts';
import { splitRows } from './split-rows.ts';

/** Rows between two pauses. */
const PIECE = 512;

/** One part of the rows. */
export interface Rows {
  count: number;
  features: FloatBlock;
  /** As `applyTarget` gave them. */
  targets: Float32Array;
  /** The same as the loss takes them: class indices are int32. */
  target: Float32Array | Int32Array;
}

export interface Prepared extends Record<'train' | 'validation' | 'test', Rows> {
  fitted: FittedPipeline;
}

/** Yields `event` now and then, so that the caller is heard of. */
export async function* prepareRows(
  spec: PipelineSpec,
  whole: Table,
  event: TrainEvent,
): AsyncGenerator<TrainEvent, Prepared, void> {
  const table = withHistories(whole, spec.features);
  const split = splitRows(table, spec);
  const fitted = fitPipeline(spec, table, split.train);
  async function* prepare(places: Uint32Array, isTraining = false): AsyncGenerator<TrainEvent, Rows, void> {
    const targets = applyTarget(fitted, table, places);
    return {
      count: places.length,
      features: yield* applyInPieces(fitted, { table, rows: places, isTraining }, event),
      targets,
      target: spec.task === 'classification' ? Int32Array.from(targets) : targets,
    };
  }
  return {
    train: yield* prepare(split.train, true),
    validation: yield* prepare(split.validation),
    test: yield* prepare(split.test),
    fitted,
  };
}

async function* applyInPieces(
  fitted: FittedPipeline,
  { table, rows, isTraining }: { table: Table; rows: Uint32Array; isTraining: boolean },
  event: TrainEvent,
): AsyncGenerator<TrainEvent, FloatBlock, void> {
  const width = sizeOf(fitted.outputShape);
  const data = new Float32Array(rows.length * width);
  for (let start = 0; start < rows.length; start += PIECE) {
    const piece = rows.slice(start, start + PIECE);
    data.set(applyPipeline(fitted, table, piece, isTraining ? start : undefined).data, start * width);
    yield event;
    await breathe();
  }
  return { type: 'floats', shape: fitted.outputShape, data };
}

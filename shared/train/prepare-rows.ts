/** The three parts of a dataset as tensors, by a pipeline fitted on the training part alone. */
import type { Table } from '../data/table.ts';
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import { sizeOf, type TensorFlow } from '../graph/operator.ts';
import { applyPipeline } from '../pipeline/apply-pipeline.ts';
import { fitPipeline } from '../pipeline/fit-pipeline.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import type { FloatBlock } from '../pipeline/step.ts';
import { applyTarget } from '../pipeline/target.ts';
import type { TrainEvent } from './events.ts';
import { breathe } from './pace.ts';
import { type Rows, uploadRows } from './rows-on-device.ts';
import { splitRows } from './split-rows.ts';

/** Rows between two pauses. */
const PIECE = 512;

export interface Prepared extends Record<'train' | 'validation' | 'test', Rows> {
  fitted: FittedPipeline;
  dispose(): void;
}

/** Yields `event` now and then, so that the caller is heard of. Throws AppError before anything is on the device. */
export async function* prepareRows(
  tf: TensorFlow,
  spec: PipelineSpec,
  table: Table,
  event: TrainEvent,
): AsyncGenerator<TrainEvent, Prepared, void> {
  const split = splitRows(table, spec);
  const fitted = fitPipeline(spec, table, split.train);
  const parts = [split.train, split.validation, split.test];
  const targets = parts.map((rows) => applyTarget(fitted, table, rows));
  const features: FloatBlock[] = [];
  for (const rows of parts) features.push(yield* applyInPieces(fitted, table, rows, event));
  const [train, validation, test] = features.map((block, i) => uploadRows(tf, block, targets[i]!));
  const rows = { train: train!, validation: validation!, test: test! };
  return {
    ...rows,
    fitted,
    dispose: () => {
      for (const part of Object.values(rows)) part.dispose();
    },
  };
}

async function* applyInPieces(
  fitted: FittedPipeline,
  table: Table,
  rows: Uint32Array,
  event: TrainEvent,
): AsyncGenerator<TrainEvent, FloatBlock, void> {
  const width = sizeOf(fitted.outputShape);
  const data = new Float32Array(rows.length * width);
  for (let start = 0; start < rows.length; start += PIECE) {
    data.set(applyPipeline(fitted, table, rows.slice(start, start + PIECE)).data, start * width);
    yield event;
    await breathe();
  }
  return { type: 'floats', shape: fitted.outputShape, data };
}

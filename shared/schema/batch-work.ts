/** A batch prediction as whoever works on it sees it: what is read, which models answer, and how far it is. */
import * as z from 'zod';
import { ColumnType, DatasetFormat } from './dataset.ts';
import { idOf, Name, Sha256 } from './id.ts';
import { InferenceGraph } from './inference-graph.ts';
import { Precision } from './precision.ts';
import { BatchFormat, BatchPlace } from './prediction-job.ts';

export const BatchWork = z.object({
  on: BatchPlace,
  dataset: z.object({
    id: idOf('datasetVersion'),
    name: Name,
    version: z.int(),
    format: DatasetFormat,
    sha256: Sha256,
    rows: z.int(),
    /** Those that the output begins with. */
    columns: z.array(z.object({ name: z.string(), type: ColumnType })),
  }),
  /** One, or all that the graph runs. */
  models: z
    .array(z.object({ id: idOf('modelVersion'), name: Name, version: z.int(), precision: Precision }))
    .min(1),
  graph: InferenceGraph.nullable(),
  /** Of the output. */
  format: BatchFormat,
});
export type BatchWork = z.infer<typeof BatchWork>;

/** Its rows are read, answered and written chunk by chunk. */
export const BatchProgress = z.strictObject({
  /** Bytes of the source that are done, and how many are next. */
  offset: z.int().min(0),
  chunkBytes: z.int().min(1),
  rows: z.int().min(0),
  failed: z.int().min(0),
  failures: z.array(z.object({ row: z.int(), message: z.string() })).max(20),
  /** Of all that is written, bytes. */
  size: z.int().min(0),
  /** Milliseconds of work so far. */
  busyMs: z.number().min(0),
  /** The latest values of columns that the model looks back at; JSON has null for what is no number. */
  past: z.record(
    z.string(),
    z.array(
      z
        .number()
        .nullable()
        .transform((value) => value ?? Number.NaN),
    ),
  ),
});
export type BatchProgress = z.infer<typeof BatchProgress>;

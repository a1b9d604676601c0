/** What supervisor and child say to each other over IPC (structured clone, so bytes cross as they are). */
import type { PipelineSpec } from '../shared/definition/pipeline-spec.ts';
import type { DatasetVersion } from '../shared/schema/dataset.ts';
import type { FailureReason } from '../shared/schema/run.ts';
import type { TrainEvent, TrainResult } from '../shared/train/events.ts';

export interface JobOrder {
  spec: PipelineSpec;
  dataset: DatasetVersion;
  /** File with the dataset's bytes. */
  datasetPath: string;
  checkpoint: Uint8Array | undefined;
  /** Files of weights that the definition begins with, by their sha256. */
  weights: ReadonlyMap<string, Uint8Array>;
}

export type ToChild = { type: 'start'; order: JobOrder } | { type: 'stop' | 'finish' };

/** How a training ended by its own account. */
export type JobEnding =
  | { type: 'done'; result: TrainResult }
  | { type: 'stopped' }
  | { type: 'failed'; reason: FailureReason; message: string };

export type FromChild = { type: 'event'; event: TrainEvent } | JobEnding;

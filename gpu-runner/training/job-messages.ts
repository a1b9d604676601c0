/** What supervisor and child say to each other over IPC (structured clone, so bytes cross as they are). */
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import type { Average, Update } from '../../shared/federated/round.ts';
import type { Team } from '../../shared/schema/averaging.ts';
import type { DatasetVersion } from '../../shared/schema/dataset.ts';
import type { FailureReason } from '../../shared/schema/run.ts';
import type { TrainEvent, TrainResult } from '../../shared/train/events.ts';

export interface JobOrder {
  spec: PipelineSpec;
  dataset: DatasetVersion;
  /** File with the dataset's bytes. */
  datasetPath: string;
  checkpoint: Uint8Array | undefined;
  /** Files of weights that the definition begins with, by their sha256. */
  weights: ReadonlyMap<string, Uint8Array>;
  run: string;
  /** With whom it trains together. */
  team: Team | null;
}

export type ToChild =
  | { type: 'start'; order: JobOrder }
  | { type: 'stop' | 'finish' }
  /** In answer to `exchange`. */
  | { type: 'average'; average: Average };

/** How a training ended by its own account. */
export type JobEnding =
  | { type: 'done'; result: TrainResult }
  | { type: 'stopped' }
  | { type: 'failed'; reason: FailureReason; message: string };

export type FromChild =
  | { type: 'event'; event: TrainEvent }
  /** The end of a round of those who train together. */
  | { type: 'exchange'; update: Update }
  | JobEnding;

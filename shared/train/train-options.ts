/** What a training is given. */
import type { Table } from '../data/table.ts';
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import type { WeightFiles } from './initial-weights.ts';

/** What whoever runs a training wants of it by now; it looks at each report. */
export interface Wishes {
  /** To stop and be taken up again: what stands is saved, then `stopped` is the last event. */
  stop?: boolean;
  /** To end early, and to be measured and kept as it is. */
  finish?: boolean;
}

export interface TrainOptions {
  spec: PipelineSpec;
  table: Table;
  datasetSha256: string;
  /** Goes on from here, exactly as if it had never stopped. */
  checkpoint?: Uint8Array;
  /** Least time between two checkpoints. */
  checkpointMs?: number;
  wishes?: Readonly<Wishes>;
  /** Features above this many bytes go to the device in parts. */
  deviceBytes?: number;
  /** The files that `weightFilesOf` the definition names, by their sha256. */
  weights?: WeightFiles;
}

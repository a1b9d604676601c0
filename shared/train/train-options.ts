/** What a training is given. */
import type { Table } from '../data/table.ts';
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import type { WeightFiles } from './initial-weights.ts';

export interface TrainOptions {
  spec: PipelineSpec;
  table: Table;
  datasetSha256: string;
  /** Goes on from here, exactly as if it had never stopped. */
  checkpoint?: Uint8Array;
  /** Least time between two checkpoints, which fall at the ends of epochs. */
  checkpointMs?: number;
  /** Features above this many bytes go to the device in parts. */
  deviceBytes?: number;
  /** The files that `weightFilesOf` the definition names, by their sha256. */
  weights?: WeightFiles;
}

/** What a training is given. */
import type { Table } from '../data/table.ts';
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import type { Average, Update } from '../federated/round.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import type { WeightFiles } from './initial-weights.ts';

/** What whoever runs a training wants of it by now; it looks at each report. */
export interface Wishes {
  /** To stop and be taken up again: what stands is saved, then `stopped` is the last event. */
  stop?: boolean;
  /** To end early, and to be measured and kept as it is. */
  finish?: boolean;
}

/** A part of the training rows: every `of`-th of them, beginning with the one at `index`. */
export interface Shard {
  index: number;
  of: number;
}

/** Training together with others, in rounds: each learns from rows of its own, and all go on from the mean of their weights. */
export interface Averaging {
  /** Its place among the participants, the same for whoever takes that place over. */
  participant: string;
  /** Epochs between two averagings: a whole number of them, or one over a whole number. */
  epochsPerRound: number;
  /** Gives what all go on from, once the round that the update belongs to is closed; rejecting ends the training. */
  exchange(update: Update): Promise<Average>;
}

export interface TrainOptions {
  spec: PipelineSpec;
  table: Table;
  datasetSha256: string;
  /** Goes on from here, exactly as if it had never stopped. */
  checkpoint?: Uint8Array;
  /** Least time between two checkpoints; it grows where saving would take more than 2 % of the time. */
  checkpointMs?: number;
  wishes?: Readonly<Wishes>;
  /** Features above this many bytes go to the device in parts. */
  deviceBytes?: number;
  /** The files that `weightFilesOf` the definition names, by their sha256. */
  weights?: WeightFiles;
  averaging?: Averaging;
  /** Learns from this part of the training rows alone; features are fitted to the whole part all the same. */
  shard?: Shard;
  /** Features as they were fitted to other rows, such as public ones: where no participant may see another's. */
  fitted?: FittedPipeline;
}

/** Where a training begins: at its start, or where a checkpoint stands, be it of a definition that differs a little. */
import { canonicalJson, continuationKey, hashSpec } from '../definition/canonical.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { type Checkpoint, type CheckpointKey, decodeCheckpoint, type Position } from './checkpoint.ts';

export interface Beginning {
  /** What the checkpoints to come are told apart by. */
  key: CheckpointKey;
  saved: Checkpoint | undefined;
  at: Position;
}

/** Throws AppError `invalid_request` for a checkpoint of something else. */
export function beginningOf(
  spec: NetworkPipeline,
  datasetSha256: string,
  checkpoint: Uint8Array | undefined,
): Beginning {
  const key = {
    ...{ specHash: hashSpec(spec), continuation: continuationKey(spec), datasetSha256 },
    loss: canonicalJson(spec.training.loss ?? null),
  };
  const saved = checkpoint && decodeCheckpoint(checkpoint, key);
  let at: Position = saved?.position ?? { epoch: 0, step: 0, bestLoss: null, waited: 0 };
  // what has its patience behind it goes on where the definition asks for more
  if (saved && saved.specHash !== key.specHash) at = { ...at, waited: 0 };
  // the least of another loss says nothing of this one
  if (saved?.loss !== undefined && saved.loss !== key.loss) at = { ...at, bestLoss: null };
  return { key, saved, at };
}

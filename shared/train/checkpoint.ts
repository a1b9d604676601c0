/** A training's state between two steps, as bytes: with the same pipeline and data it goes on exactly from here. */
import * as z from 'zod';
import { firstStored, packStored, unpackStored } from '../artifact/stored-zip.ts';
import { canonicalJson } from '../definition/canonical.ts';
import { AppError, messageOf } from '../errors.ts';
import { Sha256 } from '../schema/id.ts';

/** Where it stands among the others of an averaged training. */
const RoundPosition = z.strictObject({
  /** Number of the round that it works on. */
  number: z.int().min(0),
  /** Validation loss of what the last round gave; null until it is known. */
  loss: z.number().nullable(),
  /** The last is closed. */
  done: z.boolean(),
});

/** Where the loop stands. */
export const Position = z.strictObject({
  /** Epochs and steps done. */
  epoch: z.int().min(0),
  step: z.int().min(0),
  /** Smallest validation loss so far; null before the first epoch's end. */
  bestLoss: z.number().nullable(),
  /** Epochs since then. */
  waited: z.int().min(0),
  /** Times that the learning rate was lowered on a plateau; absent: never. */
  reductions: z.int().min(0).optional(),
  /** What the steps since the curves' last point add up to. */
  window: z.strictObject({ loss: z.number(), norm: z.number(), count: z.int().min(0) }).optional(),
  round: RoundPosition.optional(),
});
export type Position = z.infer<typeof Position>;

const Header = z.strictObject({
  formatVersion: z.literal(3),
  specHash: Sha256,
  continuation: Sha256,
  datasetSha256: Sha256,
  /** Executor that it was trained on, which goes on with it where it can. */
  executor: z.string(),
  position: Position,
  /** As JSON, the loss that `bestLoss` is of; null: the task's usual one. */
  loss: z.string().optional(),
  /** Lengths of the arrays in tensors.bin. */
  lengths: z.array(z.int().min(0)),
});

export interface Checkpoint {
  /** `hashSpec` of the pipeline, and its `continuationKey`. */
  specHash: string;
  continuation: string;
  datasetSha256: string;
  executor: string;
  loss?: string | undefined;
  position: Position;
  /** Weights, optimiser slots, then the best weights if they are kept. */
  tensors: Float32Array[];
}

/** What tells a checkpoint from those of other trainings. */
export type CheckpointKey = Pick<Checkpoint, 'specHash' | 'continuation' | 'datasetSha256' | 'loss'>;

export function encodeCheckpoint({ tensors, ...rest }: Checkpoint): Uint8Array<ArrayBuffer> {
  const header = { formatVersion: 3, ...rest, lengths: tensors.map((tensor) => tensor.length) };
  const floats = new Float32Array(header.lengths.reduce((sum, length) => sum + length, 0));
  let offset = 0;
  for (const tensor of tensors) {
    floats.set(tensor, offset);
    offset += tensor.length;
  }
  return packStored({
    'checkpoint.json': new TextEncoder().encode(canonicalJson(header)),
    'tensors.bin': new Uint8Array(floats.buffer),
  });
}

/** Throws AppError `invalid_request` for bytes that are no checkpoint, or one of another pipeline or dataset. */
export function decodeCheckpoint(
  bytes: Uint8Array,
  expected: Pick<CheckpointKey, 'continuation' | 'datasetSha256'>,
): Checkpoint {
  try {
    const files = unpackStored(bytes, ['checkpoint.json', 'tensors.bin']);
    const { lengths, formatVersion: _, ...header } = headerOf(files['checkpoint.json']);
    if (header.continuation !== expected.continuation) throw new Error('it belongs to another pipeline');
    if (header.datasetSha256 !== expected.datasetSha256) throw new Error('it belongs to another dataset');
    const floats = new Float32Array(files['tensors.bin'].slice().buffer);
    let offset = 0;
    const tensors = lengths.map((length) => {
      offset += length;
      return floats.slice(offset - length, offset);
    });
    if (offset !== floats.length) throw new Error(`it holds ${floats.length} numbers, expected ${offset}`);
    return { ...header, tensors };
  } catch (error) {
    throw new AppError('invalid_request', `Training cannot go on from this checkpoint: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Steps done at a checkpoint; −1 for bytes that are none. */
export function stepsAt(bytes: Uint8Array): number {
  try {
    return headerOf(unpackStored(bytes, ['checkpoint.json', 'tensors.bin'])['checkpoint.json']).position.step;
  } catch {
    return -1;
  }
}

/** Whether it is a checkpoint of these rows. */
export function isOfData(bytes: Uint8Array, datasetSha256: string): boolean {
  try {
    const header = headerOf(unpackStored(bytes, ['checkpoint.json', 'tensors.bin'])['checkpoint.json']);
    return header.datasetSha256 === datasetSha256;
  } catch {
    return false;
  }
}

/** Bytes of a checkpoint that are sure to hold where it stands. */
export const CHECKPOINT_HEAD = 2 ** 16;

/** As `stepsAt`, of its first bytes alone: the rest may be damaged. */
export function stepsInHead(head: Uint8Array): number {
  try {
    return headerOf(firstStored(head)).position.step;
  } catch {
    return -1;
  }
}

const headerOf = (bytes: Uint8Array) => Header.parse(JSON.parse(new TextDecoder().decode(bytes)));

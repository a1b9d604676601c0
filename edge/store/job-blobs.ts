/** Checkpoints and artifacts that the worker of a job uploads. A stale fence, or bytes that fail a check, leave nothing. */
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { AppError } from '../../shared/errors.ts';
import { CHECKPOINT_HEAD, stepsInHead } from '../../shared/train/checkpoint.ts';
import { blobKey } from './blob-key.ts';
import { deleteUnusedBlob, getBlob, putBlob } from './blobs.ts';
import type { Db } from './db.ts';
import { findJob, holdLease, type LeaseKey } from './leases.ts';
import type { Caller } from './look-up.ts';

export interface JobUpload {
  sha256: string;
  /** Bytes, from Content-Length. */
  size: number;
  body: ReadableStream<Uint8Array>;
}

/**
 * Replaces the job's checkpoint; the one before goes once the new one is in place. One that was long on its way gives way to one that is
 * further.
 */
export async function putCheckpoint(
  db: Db,
  blobs: R2Bucket,
  caller: Caller,
  key: LeaseKey,
  { sha256, size, body }: JobUpload,
): Promise<void> {
  await holdLease(db, caller, key);
  const checkpoint = `${caller.workspace}/checkpoints/${key.job}/${key.fence}-${sha256}`;
  await asArtifactError(putBlob(blobs, checkpoint, body.pipeThrough(new FixedLengthStream(size)), sha256));
  const steps = await checkpointSteps(blobs, checkpoint);
  let unused: string | null = checkpoint;
  try {
    unused = await db.transaction(async (tx) => {
      const before = await holdLease(tx, caller, key);
      if (steps < (before.checkpointSteps ?? -1)) return checkpoint;
      await holdLease(tx, caller, key, { checkpoint, checkpointSteps: steps });
      return before.checkpoint;
    });
  } finally {
    // one that was sent twice is in place already, also where the second is refused
    const { checkpoint: kept } = await findJob(db, caller.workspace, key.job);
    if (unused && unused !== kept) await blobs.delete(unused);
  }
}

/** For another job; returns its key. */
export async function copyCheckpoint(
  blobs: R2Bucket,
  workspace: string,
  from: string,
  job: string,
): Promise<string> {
  const key = `${workspace}/checkpoints/${job}/0-${from.slice(from.lastIndexOf('-') + 1)}`;
  const { body, size } = await getBlob(blobs, from);
  await blobs.put(key, body.pipeThrough(new FixedLengthStream(size)));
  return key;
}

/** Steps done at a checkpoint; −1 where its bytes are none. */
export async function checkpointSteps(blobs: R2Bucket, key: string): Promise<number> {
  const head = await blobs.get(key, { range: { offset: 0, length: CHECKPOINT_HEAD } });
  return head ? stepsInHead(new Uint8Array(await head.arrayBuffer())) : -1;
}

export async function getCheckpoint(
  db: Db,
  blobs: R2Bucket,
  workspace: string,
  job: string,
): Promise<R2ObjectBody> {
  const { checkpoint } = await findJob(db, workspace, job);
  if (!checkpoint) throw new AppError('not_found', `job ${job} has no checkpoint yet`);
  return getBlob(blobs, checkpoint);
}

/** Keeps an artifact that opens and has its promised hash, for `finishJob` to register. */
export async function putArtifact(
  db: Db,
  blobs: R2Bucket,
  caller: Caller,
  key: LeaseKey,
  { sha256, body }: JobUpload,
): Promise<void> {
  await holdLease(db, caller, key);
  const bytes = new Uint8Array(await new Response(body).arrayBuffer());
  const { fitted, calibration } = decodeArtifact(bytes, sha256);
  const { inputs, output } = fitted;
  const precisions = calibration ? { rows: calibration.rows, metrics: calibration.metrics } : null;
  await asArtifactError(putBlob(blobs, blobKey(caller.workspace, sha256), bytes, sha256));
  try {
    await holdLease(db, caller, key, {
      artifact: { sha256, size: bytes.length, inputs, output, precisions },
    });
  } catch (error) {
    await deleteUnusedBlob(db, blobs, caller.workspace, sha256);
    throw error;
  }
}

async function asArtifactError(stored: Promise<void>): Promise<void> {
  try {
    await stored;
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_data')
      throw new AppError('invalid_artifact', error.message, { cause: error });
    throw error;
  }
}

/** Checkpoints and artifacts that the worker of a job uploads. A stale fence, or bytes that fail a check, leave nothing. */
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { AppError } from '../../shared/errors.ts';
import { CHECKPOINT_HEAD, stepsInHead } from '../../shared/train/checkpoint.ts';
import { blobKey, deleteUnusedBlob, getBlob, putBlob } from './blobs.ts';
import type { Db } from './db.ts';
import { findJob, holdLease, type LeaseKey } from './leases.ts';
import type { Caller } from './tokens.ts';

export interface JobUpload {
  sha256: string;
  /** Bytes, from Content-Length. */
  size: number;
  body: ReadableStream<Uint8Array>;
}

/** Replaces the job's checkpoint; the one before goes once the new one is in place. */
export async function putCheckpoint(
  db: Db,
  blobs: R2Bucket,
  caller: Caller,
  key: LeaseKey,
  { sha256, size, body }: JobUpload,
): Promise<void> {
  const { checkpoint: previous } = await holdLease(db, caller, key);
  const checkpoint = `${caller.workspace}/checkpoints/${key.job}/${key.fence}-${sha256}`;
  await asArtifactError(putBlob(blobs, checkpoint, body.pipeThrough(new FixedLengthStream(size)), sha256));
  try {
    await holdLease(db, caller, key, { checkpoint });
  } catch (error) {
    await blobs.delete(checkpoint);
    throw error;
  }
  if (previous && previous !== checkpoint) await blobs.delete(previous);
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
  const { inputs, output } = decodeArtifact(bytes, sha256).fitted;
  await asArtifactError(putBlob(blobs, blobKey(caller.workspace, sha256), bytes, sha256));
  try {
    await holdLease(db, caller, key, { artifact: { sha256, size: bytes.length, inputs, output } });
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

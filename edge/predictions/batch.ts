/**
 * A batch prediction, chunk by chunk. The answers to a chunk become a part of the output, and are counted in the one write that moves on to the
 * next. What was not counted is done again by whoever takes the job up, so each row is there once.
 */
import { answerChunk, BEGINNING } from '../../shared/batch/answer-chunk.ts';
import { batchModel } from '../../shared/batch/batch-model.ts';
import { AppError } from '../../shared/errors.ts';
import type { BatchProgress } from '../../shared/schema/batch-work.ts';
import type { Services } from '../services.ts';
import { blobKey } from '../store/blob-key.ts';
import { getBlob } from '../store/blobs.ts';
import { getModelVersion } from '../store/models.ts';
import {
  endPredictionJob,
  holdPredictionJob,
  jobFolder,
  type PredictionJob,
} from '../store/prediction-jobs.ts';
import type { StoredProgress } from '../store/schema/predictions.ts';
import { plainSource } from './batch-source.ts';

export const UNBEGUN: StoredProgress = { ...BEGINNING, source: null, parts: [] };

type BatchServices = Pick<Services, 'db' | 'blobs' | 'open' | 'live'>;

export async function workOnBatch(services: BatchServices, job: PredictionJob): Promise<void> {
  const { db, blobs, live } = services;
  const progress = job.progress!;
  if (progress.source) return workOnChunk(services, job);
  const source = await plainSource(blobs, job);
  const isRunners = job.batch!.on === 'runner';
  await holdPredictionJob(db, job, {
    ...goingOn({ ...progress, source }),
    ...(isRunners && { state: 'queued', worker: 'runner' }),
  });
  if (isRunners) live.publish(job.workspace, { type: 'job-waiting', job: job.id });
}

async function workOnChunk({ db, blobs, open }: BatchServices, job: PredictionJob): Promise<void> {
  const { workspace } = job;
  const { models, graph, dataset } = job.batch!;
  const versions = await Promise.all(models.map(({ id }) => getModelVersion(db, workspace, id)));
  const model = await batchModel(versions, graph, (modelVersion) => {
    const { precision } = models.find(({ id }) => id === modelVersion.id)!;
    return open(workspace, { modelVersion, precision });
  });
  const { key, size } = job.progress!.source!;
  const source = {
    size,
    read: readerOf(blobs, key),
    readZip: readerOf(blobs, blobKey(workspace, dataset.sha256)),
  };
  const { part, progress } = await answerChunk(job.batch!, job.progress!, source, model);
  await blobs.put(nextPartKey(job), part);
  await countChunk({ db }, job, progress);
}

function readerOf(blobs: R2Bucket, key: string) {
  return async (offset: number, length: number): Promise<Uint8Array> => {
    const object = await blobs.get(key, { range: { offset, length } });
    if (!object) throw new AppError('not_found', 'the data set is no longer in the store');
    return new Uint8Array(await object.arrayBuffer());
  };
}

/** Counts the part that was written, under the fence of `job`; says whether that still holds it. */
export async function countChunk(
  { db }: Pick<Services, 'db'>,
  job: PredictionJob,
  progress: BatchProgress,
  dueAt: number = Date.now(),
): Promise<boolean> {
  const { source, parts } = job.progress!;
  const counted = { ...progress, source, parts: [...parts, job.fence] };
  return progress.offset < source!.size
    ? holdPredictionJob(db, job, { ...goingOn(counted), dueAt })
    : endPredictionJob(db, job, { state: 'succeeded', progress: counted });
}

/** It waits at once for its next chunk, behind what waits already. */
const goingOn = (progress: StoredProgress) => ({ progress, attempts: 0, dueAt: Date.now() });

const partKey = ({ workspace, id }: PredictionJob, part: number, fence: number): string =>
  `${jobFolder(workspace, id)}part-${part}-${fence}`;

export const nextPartKey = (job: PredictionJob): string =>
  partKey(job, job.progress!.parts.length, job.fence);

/** All parts, one after the other. */
export function outputOf(blobs: R2Bucket, job: PredictionJob): ReadableStream {
  const { parts, size } = job.progress!;
  const { readable, writable } = new FixedLengthStream(size);
  const send = async () => {
    for (const [part, fence] of parts.entries()) {
      const { body } = await getBlob(blobs, partKey(job, part, fence));
      await body.pipeTo(writable, { preventClose: true });
    }
    await writable.close();
  };
  send().catch((error) => writable.abort(error).catch(() => {}));
  return readable;
}

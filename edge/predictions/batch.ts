/**
 * A batch prediction, chunk by chunk. A chunk is the rows in some bytes of the data set; its answers become a part of the output, and are counted in
 * the one write that moves on to the next. What was not counted is done again by whoever takes the job up, so each row is there once.
 */
import { writeAnswers } from '../../shared/batch/answer-rows.ts';
import { FIRST_CHUNK_BYTES, nextChunkBytes } from '../../shared/batch/chunk-size.ts';
import { lastRowEnd, readPiece } from '../../shared/batch/cut-rows.ts';
import { ROW_LIMIT } from '../../shared/data/rows.ts';
import { AppError } from '../../shared/errors.ts';
import { isRowFormat, type RowFormat } from '../../shared/schema/dataset.ts';
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
import type { BatchProgress } from '../store/schema/predictions.ts';
import { answerExamples, answerRows, EXAMPLE_KEYS } from './batch-answers.ts';
import { plainSource } from './batch-source.ts';

const FAILURES_TOLD = 20;

export const BEGINNING: BatchProgress = {
  ...{ source: null, offset: 0, chunkBytes: FIRST_CHUNK_BYTES },
  ...{ rows: 0, failed: 0, failures: [], parts: [], size: 0, busyMs: 0, past: {} },
};

type BatchServices = Pick<Services, 'db' | 'blobs' | 'open'>;

export async function workOnBatch(services: BatchServices, job: PredictionJob): Promise<void> {
  const progress = job.progress!;
  if (progress.source) return workOnChunk(services, job, { ...progress, source: progress.source });
  const source = await plainSource(services.blobs, job);
  await goOn(services, job, { ...progress, source });
}

async function workOnChunk(
  { db, blobs, open }: BatchServices,
  job: PredictionJob,
  progress: BatchProgress & { source: { key: string; size: number } },
): Promise<void> {
  const started = Date.now();
  const { workspace, id, fence } = job;
  const { dataset, model, format: written } = job.batch!;
  const { source, offset } = progress;
  const format = sourceFormat(job);
  const bytes = await readChunk(blobs, job, progress.chunkBytes);
  const { names, rows } = readPiece(bytes, format, offset === 0 ? null : namesOf(job));
  const modelVersion = await getModelVersion(db, workspace, model.id);
  const { inputs, output } = modelVersion;
  const { predict } = await open(workspace, { modelVersion, precision: model.precision });
  const { answers, past } = isRowFormat(dataset.format)
    ? await answerRows(predict, inputs, { names, rows }, progress.past)
    : await answerExamples(blobs, predict, inputs, rows, blobKey(workspace, dataset.sha256));
  const text = writeAnswers(written, output, dataset.columns, rows, answers, offset === 0);
  const part = new TextEncoder().encode(text);
  await blobs.put(partKey(workspace, id, progress.parts.length, fence), part);

  const failures = answers.flatMap((answer, i) =>
    'error' in answer ? [{ row: progress.rows + i + 1, message: answer.error }] : [],
  );
  const took = Date.now() - started;
  const next = {
    source,
    offset: offset + bytes.length,
    chunkBytes: nextChunkBytes(progress.chunkBytes, { ms: took, rows: rows.length, written: part.length }),
    rows: progress.rows + rows.length,
    failed: progress.failed + failures.length,
    failures: [...progress.failures, ...failures].slice(0, FAILURES_TOLD),
    parts: [...progress.parts, fence],
    size: progress.size + part.length,
    busyMs: progress.busyMs + took,
    past,
  };
  if (next.offset < source.size) await goOn({ db }, job, next);
  else await endPredictionJob(db, job, { state: 'succeeded', progress: next });
}

/** A zip is read by the list of what is in it. */
function sourceFormat({ batch }: PredictionJob): RowFormat {
  const { format } = batch!.dataset;
  return isRowFormat(format) ? format : 'json';
}

/** Columns of the source. */
function namesOf({ batch }: PredictionJob): string[] {
  const { format, columns } = batch!.dataset;
  return isRowFormat(format) ? columns.map(({ name }) => name) : [...EXAMPLE_KEYS];
}

/** It waits at once for its next chunk, behind what waits already. */
const goOn = ({ db }: Pick<Services, 'db'>, job: PredictionJob, progress: BatchProgress) =>
  holdPredictionJob(db, job, { progress, attempts: 0, dueAt: Date.now() });

/** Whole rows: so many bytes of them as were asked for, or one that is longer. Throws AppError `invalid_data`. */
async function readChunk(blobs: R2Bucket, job: PredictionJob, bytes: number) {
  const { source, offset, rows } = job.progress!;
  const { key, size } = source!;
  for (let length = bytes; ; length *= 2) {
    const most = Math.min(length, size - offset);
    const object = await blobs.get(key, { range: { offset, length: most } });
    if (!object) throw new AppError('not_found', 'the data set is no longer in the store');
    const piece = new Uint8Array(await object.arrayBuffer());
    if (offset + most === size) return piece;
    const end = lastRowEnd(piece, sourceFormat(job));
    if (end > 0) return piece.subarray(0, end);
    if (length > ROW_LIMIT)
      throw new AppError('invalid_data', `row ${rows + 1} is longer than ${ROW_LIMIT} bytes`);
  }
}

const partKey = (workspace: string, id: string, part: number, fence: number): string =>
  `${jobFolder(workspace, id)}part-${part}-${fence}`;

/** All parts, one after the other. */
export function outputOf(blobs: R2Bucket, { workspace, id, progress }: PredictionJob): ReadableStream {
  const { parts, size } = progress!;
  const { readable, writable } = new FixedLengthStream(size);
  const send = async () => {
    for (const [part, fence] of parts.entries()) {
      const { body } = await getBlob(blobs, partKey(workspace, id, part, fence));
      await body.pipeTo(writable, { preventClose: true });
    }
    await writable.close();
  };
  send().catch((error) => writable.abort(error).catch(() => {}));
  return readable;
}

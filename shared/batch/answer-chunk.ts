/**
 * One chunk of a batch prediction: the rows in some bytes of its source become a part of the output. The source is text that may be read from
 * any place where a row begins; of a zip it lists, as JSON lines, where each picture or sound lies in it.
 */
import { ROW_LIMIT } from '../data/rows.ts';
import { AppError } from '../errors.ts';
import type { BatchProgress, BatchWork } from '../schema/batch-work.ts';
import { isRowFormat, type RowFormat } from '../schema/dataset.ts';
import { writeAnswers } from './answer-rows.ts';
import type { BatchModel } from './batch-model.ts';
import { answerExamples, answerRows, EXAMPLE_KEYS, type ReadBytes } from './chunk-answers.ts';
import { FIRST_CHUNK_BYTES, nextChunkBytes } from './chunk-size.ts';
import { lastRowEnd, readPiece } from './cut-rows.ts';

const FAILURES_TOLD = 20;

export const BEGINNING: BatchProgress = {
  ...{ offset: 0, chunkBytes: FIRST_CHUNK_BYTES },
  ...{ rows: 0, failed: 0, failures: [], size: 0, busyMs: 0, past: {} },
};

export interface BatchSource {
  /** Bytes. */
  size: number;
  read: ReadBytes;
  /** Of the zip that it lists. */
  readZip: ReadBytes;
}

interface Chunk {
  part: Uint8Array;
  /** Once that is written. */
  progress: BatchProgress;
}

/** Throws AppError `invalid_data`. */
export async function answerChunk(
  { dataset, format: written }: BatchWork,
  progress: BatchProgress,
  source: BatchSource,
  { inputs, output, predict }: BatchModel,
): Promise<Chunk> {
  const started = Date.now();
  const { offset } = progress;
  const isTable = isRowFormat(dataset.format);
  const format = isRowFormat(dataset.format) ? dataset.format : 'json';
  const known = isTable ? dataset.columns.map(({ name }) => name) : EXAMPLE_KEYS;
  const bytes = await readChunk(source, progress, format);
  const { names, rows } = readPiece(bytes, format, offset === 0 ? null : known);
  const { answers, past } = isTable
    ? await answerRows(predict, inputs, { names, rows }, progress.past)
    : await answerExamples(predict, inputs, rows, source.readZip);
  const text = writeAnswers(written, output, dataset.columns, rows, answers, offset === 0);
  const part = new TextEncoder().encode(text);

  const failures = answers.flatMap((answer, i) =>
    'error' in answer ? [{ row: progress.rows + i + 1, message: answer.error }] : [],
  );
  const took = Date.now() - started;
  return {
    part,
    progress: {
      offset: offset + bytes.length,
      chunkBytes: nextChunkBytes(progress.chunkBytes, { ms: took, rows: rows.length, written: part.length }),
      rows: progress.rows + rows.length,
      failed: progress.failed + failures.length,
      failures: [...progress.failures, ...failures].slice(0, FAILURES_TOLD),
      size: progress.size + part.length,
      busyMs: progress.busyMs + took,
      past,
    },
  };
}

/** Whole rows: so many bytes of them as were asked for, or one that is longer. */
async function readChunk(
  { size, read }: BatchSource,
  { offset, rows, chunkBytes }: BatchProgress,
  format: RowFormat,
): Promise<Uint8Array> {
  for (let length = chunkBytes; ; length *= 2) {
    const most = Math.min(length, size - offset);
    const piece = await read(offset, most);
    if (offset + most === size) return piece;
    const end = lastRowEnd(piece, format);
    if (end > 0) return piece.subarray(0, end);
    if (length > ROW_LIMIT)
      throw new AppError('invalid_data', `row ${rows + 1} is longer than ${ROW_LIMIT} bytes`);
  }
}

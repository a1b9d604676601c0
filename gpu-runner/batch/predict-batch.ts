/**
 * The child: one process, one batch prediction, chunk by chunk from where it stands, by the plans that endpoints answer with. It ends when the
 * supervisor lets go of it.
 */
import { open } from 'node:fs/promises';
import { type Client, createClient } from '../../shared/api/client.ts';
import { postBatchProgress, putBatchPart, readBatchSource } from '../../shared/api/routes/batches.ts';
import { getModelArtifact } from '../../shared/api/routes/models.ts';
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { answerChunk, type BatchSource } from '../../shared/batch/answer-chunk.ts';
import { batchModel } from '../../shared/batch/batch-model.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import { openPlanned } from '../../shared/plan/open-planned.ts';
import type { ModelVersion } from '../../shared/schema/model.ts';
import { compileKernels } from '../compile-kernels.ts';
import { isLost, retry, sendingMs } from '../retry.ts';
import type { BatchEnding, BatchOrder, ToBatch } from './batch-messages.ts';

let stopRequested = false;

process.on('disconnect', () => process.exit());
process.on('message', (message: ToBatch) => {
  if (message.type === 'stop') stopRequested = true;
  else
    predict(message.order)
      .catch(endingOf)
      .then((ending) => process.send?.(ending));
});
// Ctrl-C reaches the whole group; what to do about it is the supervisor's to say.
process.on('SIGINT', () => {});

async function predict({ assignment, server, zipPath }: BatchOrder): Promise<BatchEnding> {
  const { batch, fence, work, models, sourceSize } = assignment;
  const client = createClient(server);
  const kernels = await compileKernels();
  const opened = new Map<string, ReturnType<typeof openPlanned>>();
  const model = await batchModel(models, work.graph, (version) => {
    const { precision } = work.models.find(({ id }) => id === version.id)!;
    const known = opened.get(version.id);
    if (known) return known;
    const opening = fetchArtifact(client, version).then((one) => openPlanned(one, kernels, precision));
    opened.set(version.id, opening);
    return opening;
  });
  const source: BatchSource = {
    size: sourceSize,
    read: (offset, length) =>
      retry(async (signal) => {
        const query = { fence, offset, length };
        const response = await client.call(readBatchSource, { params: { batch }, query }, { signal });
        return response.bytes();
      }),
    readZip: async (offset, length) => readRange(zipPath!, offset, length),
  };
  let { progress, parts } = assignment;
  while (progress.offset < sourceSize) {
    if (stopRequested) return { type: 'stopped' };
    const chunk = await answerChunk(work, progress, source, model);
    const part = parts++;
    progress = chunk.progress;
    const body = chunk.part as Uint8Array<ArrayBuffer>; // from an encoder: plain, unshared memory
    const sent = { tryMs: sendingMs(body.byteLength) };
    await retry(
      (signal) =>
        client.call(
          putBatchPart,
          { params: { batch, part: String(part) }, query: { fence }, body },
          { signal },
        ),
      sent,
    );
    await retry((signal) =>
      client.call(postBatchProgress, { params: { batch }, body: { fence, part, progress } }, { signal }),
    );
  }
  return { type: 'done' };
}

async function fetchArtifact(client: Client, { id, artifact }: ModelVersion) {
  const response = await retry((signal) =>
    client.call(getModelArtifact, { params: { version: id } }, { signal }),
  );
  return decodeArtifact(await response.bytes(), artifact);
}

async function readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function endingOf(error: unknown): BatchEnding {
  if (isLost(error)) return { type: 'lost' };
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  const code = error instanceof AppError ? error.code : 'internal';
  return { type: 'failed', error: { code, message: messageOf(error).slice(0, 2000) } };
}

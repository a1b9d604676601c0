/** Predictions for a whole data set, made by the server or a runner: it is uploaded where it is a file, followed to its end, and its rows with their predictions are written to a file. */
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import { getDataset } from '../shared/api/routes/datasets.ts';
import { createBatch, getBatch, getBatchOutput } from '../shared/api/routes/predictions.ts';
import { AppError } from '../shared/errors.ts';
import type { DatasetVersion } from '../shared/schema/dataset.ts';
import {
  type BatchFormat,
  type BatchPlace,
  type BatchPrediction,
  isOver,
} from '../shared/schema/prediction-job.ts';
import { type Context, ensureProject } from './context.ts';
import { profileSource, readSource, uploadSource } from './dataset-source.ts';
import { badUsage, Failure } from './failure.ts';
import { formatDuration } from './format.ts';
import { createProgress } from './progress.ts';

const POLL_MS = 500;
/** Polls in a row without an answer before it gives up; meanwhile the server may be started again. */
const MISSES_ALLOWED = 120;

interface Asked {
  endpoint: string;
  /** A file, or a data set of the project as `name` or `name@version`. */
  dataset: string;
  on: BatchPlace;
  /** `.jsonl` for JSON lines, else CSV. */
  file: string;
}

export async function predictDataset(
  context: Context,
  { endpoint, dataset, on, file }: Asked,
): Promise<BatchPrediction> {
  const { client, output } = context;
  const format: BatchFormat = /\.(jsonl|ndjson|json)$/i.test(file) ? 'jsonl' : 'csv';
  const { id: datasetVersion } = await versionOf(context, dataset);
  const body = { datasetVersion, on, format };
  const batch = await client.call(createBatch, { params: { endpoint }, body });
  const ended = await follow(context, batch);
  if (ended.state !== 'succeeded')
    throw new Failure(
      ended.error?.code ?? ended.state,
      ended.error?.message ?? `${ended.id} was ${ended.state}`,
    );
  const response = await client.call(getBatchOutput, { params: { endpoint, batch: batch.id } });
  const part = `${file}.part`;
  try {
    await pipeline(Readable.fromWeb(response.body as NodeStream), createWriteStream(part));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  output.note(`wrote ${file}`);
  return ended;
}

async function versionOf(context: Context, dataset: string): Promise<DatasetVersion> {
  if (await stat(dataset).catch(() => null)) {
    const source = await readSource([dataset]);
    await profileSource(source);
    await ensureProject(context);
    return uploadSource(context, source, source.name);
  }
  const [, name, version] = /^([a-z0-9][a-z0-9._-]{0,62})(?:@(\d+))?$/.exec(dataset) ?? [];
  if (name === undefined)
    throw badUsage(`--dataset ${dataset}: no such file; expected one, or a data set as name or name@version`);
  const params = { project: context.project, dataset: name };
  const { latest, versions } = await context.client.call(getDataset, { params });
  const found = version === undefined ? latest : versions.find((one) => one.version === Number(version));
  if (!found)
    throw badUsage(
      `--dataset ${dataset}: "${name}" has no version ${version}; the latest is ${latest.version}`,
    );
  return found;
}

async function follow({ client, output }: Context, batch: BatchPrediction): Promise<BatchPrediction> {
  const params = { endpoint: batch.endpoint, batch: batch.id };
  const progress = createProgress();
  output.note(`${batch.id}: ${batch.rows.total} rows, by ${batch.model.name} v${batch.model.version}`);
  try {
    for (let misses = 0; ; await sleep(POLL_MS)) {
      const now = await client.call(getBatch, { params }).catch((error) => {
        if (!(error instanceof AppError) || error.status < 500 || ++misses > MISSES_ALLOWED) throw error;
        return null;
      });
      if (!now) continue;
      misses = 0;
      if (isOver(now.state)) return now;
      const { done, total } = now.rows;
      const left = now.msLeft === null ? '' : `, ${formatDuration(now.msLeft)} left`;
      const waits = now.on === 'runner' && now.state === 'queued';
      progress.show(
        done / total,
        waits ? 'waiting for a runner' : 'predicting',
        `${done} of ${total} rows${left}`,
      );
    }
  } finally {
    progress.clear();
  }
}

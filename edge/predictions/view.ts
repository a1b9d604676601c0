/** Jobs as the API shows them. */
import { GRAPH_VERSION } from '../../shared/inference-graph/endpoint-face.ts';
import { type AsyncPrediction, type BatchPrediction, isOver } from '../../shared/schema/prediction-job.ts';
import { getBlob } from '../store/blobs.ts';
import { jobFolder, type PredictionJob } from '../store/prediction-jobs.ts';

const timestamp = (ms: number): string => new Date(ms).toISOString();

export const requestKey = ({ workspace, id }: PredictionJob | { workspace: string; id: string }): string =>
  `${jobFolder(workspace, id)}request`;
/** By its fence: whoever answered under an older one answered for nothing. */
export const responseKey = ({ workspace, id, fence }: PredictionJob): string =>
  `${jobFolder(workspace, id)}response-${fence}`;

function sharedView(job: PredictionJob) {
  const { endpoint, state, error, createdAt, startedAt, endedAt } = job;
  return {
    ...{ endpoint, state, createdAt, startedAt, endedAt },
    // of one that is tried again it is only what happened last
    error: state === 'failed' ? error : null,
    expiresAt: timestamp(job.expiresAt),
    callback:
      job.callback === null || job.delivery === null
        ? null
        : {
            url: job.callback,
            state: job.delivery,
            attempts: job.deliveryAttempts,
            nextAt: job.deliveryDueAt === null ? null : timestamp(job.deliveryDueAt),
            error: job.deliveryError,
          },
  };
}

export async function predictionView(blobs: R2Bucket, job: PredictionJob): Promise<AsyncPrediction> {
  const answer = job.state === 'succeeded' ? await getBlob(blobs, responseKey(job)) : null;
  return {
    id: job.id,
    ...sharedView(job),
    response: answer && (await answer.json<AsyncPrediction['response']>()),
  };
}

export function batchView(job: PredictionJob): BatchPrediction {
  const { on, dataset, models, graph, format } = job.batch!;
  const { rows, failed, failures, size, busyMs } = job.progress!;
  const total = job.state === 'succeeded' ? rows : dataset.rows;
  return {
    id: job.id,
    ...sharedView(job),
    ...{ on, runner: job.runner },
    model: graph
      ? { name: job.endpoint, version: GRAPH_VERSION }
      : { name: models[0]!.name, version: models[0]!.version },
    dataset: { id: dataset.id, name: dataset.name, version: dataset.version },
    format,
    rows: { total, done: rows, failed },
    failures,
    msLeft: isOver(job.state) || rows === 0 ? null : Math.round((busyMs / rows) * (total - rows)),
    size,
  };
}

/** Predictions that are made later: how they are, their cancelling, their results. They take the short way, as all that is asked often. */
import type { Route } from '../../shared/api/route.ts';
import * as routes from '../../shared/api/routes/predictions.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { BatchRequest, isOver } from '../../shared/schema/prediction-job.ts';
import type { App } from '../contract.ts';
import { checkBody } from '../endpoint/check-body.ts';
import { type InferenceRequest, readJson } from '../endpoint/inference-request.ts';
import { serveInference } from '../endpoint/serve-inference.ts';
import { locationOf, retryLater } from '../predictions/accept.ts';
import { answerOnce } from '../predictions/answer-once.ts';
import { outputOf } from '../predictions/batch.ts';
import { beginBatch } from '../predictions/begin-batch.ts';
import { waitOf } from '../predictions/prefer.ts';
import { batchView, predictionView } from '../predictions/view.ts';
import type { Services } from '../services.ts';
import { webhookSecret } from '../store/callback-deliveries.ts';
import {
  cancelPredictionJob,
  getPredictionJob,
  listBatchJobs,
  type Place,
  type PredictionJob,
} from '../store/prediction-jobs.ts';

/** `params`: of the path. */
type Asked = InferenceRequest<Services> & { params: Readonly<Record<string, string>> };

/** Longest that an answer is held back, seconds, and how long after one look at the job it is looked at again, milliseconds. */
const WAIT_MOST = 30;
const LOOK_MS = { first: 50, most: 1000 };
/** A job that should have been taken up so long ago: what works on it was not woken. Milliseconds. */
const OVERDUE_MS = 2000;

const TYPES = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson' };

export function servePredictionJobs(app: App): void {
  const on = (route: Route, handler: (request: Asked, place: Place) => Promise<unknown>) =>
    serveInference(app, route, (request, params) =>
      handler({ ...request, params }, { workspace: request.caller.workspace, endpoint: request.endpoint }),
    );

  on(routes.getPrediction, async (request, place) => {
    const job = await afterWaiting(request, () =>
      getPredictionJob(request.services.db, place, 'prediction', request.params.prediction!),
    );
    return jobResponse(job, await predictionView(request.services.blobs, job));
  });
  on(routes.cancelPrediction, async ({ services: { db, blobs }, params }, place) =>
    predictionView(blobs, await cancelPredictionJob(db, place, 'prediction', params.prediction!)),
  );

  on(routes.createBatch, async (request) => {
    const text = await request.text();
    const make = async (id: string) => {
      const job = await beginBatch(request, checkBody(readJson(text), BatchRequest), id);
      return Response.json(batchView(job), { status: 201, headers: locationOf(job) });
    };
    const id = newId('batchPrediction');
    const key = request.header('idempotency-key');
    return key === undefined ? make(id) : answerOnce(request, key, ['batch', text], id, make);
  });
  on(routes.listBatches, async ({ services: { db, serving } }, place) => {
    await serving(place.workspace, place.endpoint);
    return (await listBatchJobs(db, place)).map(batchView);
  });
  on(routes.getBatch, async (request, place) => {
    const job = await afterWaiting(request, () => getBatch(request, place));
    return jobResponse(job, batchView(job));
  });
  on(routes.cancelBatch, async ({ services: { db }, params }, place) =>
    batchView(await cancelPredictionJob(db, place, 'batch', params.batch!)),
  );
  on(routes.getBatchOutput, async (request, place) => {
    const job = await getBatch(request, place);
    const { format, dataset } = job.batch!;
    if (job.state !== 'succeeded')
      throw new AppError('conflict', `${job.id} is ${job.state}; its output is there once it is succeeded`);
    const name = `${dataset.name}-predicted.${format}`;
    const headers = {
      'content-type': TYPES[format],
      'content-disposition': `attachment; filename="${name}"`,
    };
    return new Response(outputOf(request.services.blobs, job), { headers });
  });

  for (const [route, fresh] of [
    [routes.getWebhookSecret, false],
    [routes.rollWebhookSecret, true],
  ] as const)
    on(route, async ({ services: { db, serving } }, place) => {
      await serving(place.workspace, place.endpoint);
      return { secret: await webhookSecret(db, place, { fresh }) };
    });
}

const getBatch = ({ services: { db }, params }: Asked, place: Place) =>
  getPredictionJob(db, place, 'batch', params.batch!);

function jobResponse({ state }: PredictionJob, view: unknown): Response {
  return Response.json(view, { headers: isOver(state) ? {} : retryLater });
}

/** As it is once it has ended, or after as long as the request would wait. */
async function afterWaiting(
  { services: { jobs }, header }: Asked,
  read: () => Promise<PredictionJob>,
): Promise<PredictionJob> {
  let job = await read();
  const isOverdue = job.worker === 'edge' && job.dueAt !== null && job.dueAt < Date.now() - OVERDUE_MS;
  if (isOverdue) jobs.wake(job, Date.now());
  const until = Date.now() + 1000 * Math.min(waitOf(header('prefer')), WAIT_MOST);
  for (let pause = LOOK_MS.first; !isOver(job.state) && Date.now() < until; pause *= 1.5) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, LOOK_MS.most)));
    job = await read();
  }
  return job;
}

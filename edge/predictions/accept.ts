/** A request that is to be answered later: kept, with what is plainly wrong refused at once. */
import { AsyncPredictRequest } from '../../shared/schema/prediction-job.ts';
import { checkBody } from '../endpoint/check-body.ts';
import { type InferenceRequest, readJson } from '../endpoint/inference-request.ts';
import type { Services } from '../services.ts';
import { addPredictionJob, type PredictionJob } from '../store/prediction-jobs.ts';
import { checkCallback } from './callback-url.ts';
import { predictionView, requestKey } from './view.ts';

/** For answers that tell of a job that has not ended: seconds after which it is worth asking again. */
export const retryLater = { 'retry-after': '1' };

export async function acceptPrediction(
  { services, caller, endpoint, requestId }: InferenceRequest<Services>,
  text: string,
  id: string,
): Promise<Response> {
  const { callback } = checkBody(readJson(text), AsyncPredictRequest);
  const { db, blobs, jobs } = services;
  const { workspace } = caller;
  if (callback !== undefined) checkCallback(callback, jobs.callbacksTo);
  await services.serving(workspace, endpoint);
  await blobs.put(requestKey({ workspace, id }), text);
  const job = await addPredictionJob(
    db,
    { workspace, id, kind: 'prediction', endpoint, requestId },
    callback,
  );
  jobs.wake(job, Date.now());
  return Response.json(await predictionView(blobs, job), {
    status: 202,
    headers: { ...locationOf(job), ...retryLater, 'preference-applied': 'respond-async' },
  });
}

export const locationOf = ({ endpoint, kind, id }: PredictionJob) => ({
  location: `/v1/endpoints/${endpoint}/${kind === 'batch' ? 'batches' : 'predictions'}/${id}`,
});

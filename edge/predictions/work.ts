/** Works on one job for a moment: a request is answered, of a batch one chunk is. What goes wrong for good ends the job with its error. */
import { AppError, messageOf } from '../../shared/errors.ts';
import { answerPredict } from '../endpoint/predict-rows.ts';
import { logLine } from '../log.ts';
import type { Services } from '../services.ts';
import { getBlob } from '../store/blobs.ts';
import { endPredictionJob, holdPredictionJob, type PredictionJob } from '../store/prediction-jobs.ts';
import { workOnBatch } from './batch.ts';
import { requestKey, responseKey } from './view.ts';

/** In a row without getting on: after them the fault is likely the job's own. */
const ATTEMPTS_MOST = 5;
const FIRST_WAIT_MS = 1000;

export async function workOn(services: Services, job: PredictionJob): Promise<void> {
  if (job.attempts > ATTEMPTS_MOST) {
    await fail(
      services,
      job,
      new AppError('internal', `it was begun ${ATTEMPTS_MOST} times and never ended`),
    );
    return;
  }
  try {
    await (job.kind === 'batch' ? workOnBatch(services, job) : answer(services, job));
  } catch (error) {
    if (error instanceof AppError && error.status < 500) await fail(services, job, error);
    else {
      logLine({ level: 'error', job: job.id, error: messageOf(error) });
      await holdPredictionJob(services.db, job, {
        dueAt: Date.now() + FIRST_WAIT_MS * 2 ** (job.attempts - 1),
      });
    }
  }
}

async function answer(services: Services, job: PredictionJob): Promise<void> {
  const { workspace, id, endpoint } = job;
  const body = await (await getBlob(services.blobs, requestKey(job))).json<unknown>();
  const caller = { workspace, token: id, scope: 'endpoint' as const, endpoint };
  const asking = { services, caller, endpoint, requestId: job.requestId };
  const response = await answerPredict(asking, { ...(body as object), stream: false }, id);
  await services.blobs.put(responseKey(job), JSON.stringify(response));
  await endPredictionJob(services.db, job, { state: 'succeeded' });
}

function fail({ db }: Services, job: PredictionJob, { code, message, details }: AppError): Promise<boolean> {
  const { requestId } = job;
  return endPredictionJob(db, job, {
    state: 'failed',
    error: { code, message, requestId, ...(details && { details: { ...details } }) },
  });
}

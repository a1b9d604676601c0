/** Works on one job for a moment: a request is answered, of a batch one chunk is. What goes wrong for good ends the job with its error. */
import { AppError, ERROR_STATUS, type ErrorCode, messageOf } from '../../shared/errors.ts';
import type { JobError } from '../../shared/schema/prediction-job.ts';
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
  if (await giveUp(services, job)) return;
  try {
    await (job.kind === 'batch' ? workOnBatch(services, job) : answer(services, job));
  } catch (error) {
    const said = error instanceof AppError ? error : { code: 'internal', message: messageOf(error) };
    await endByError(services, job, said);
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

/** Whether it was begun so often that it is given up. */
export async function giveUp({ db }: Pick<Services, 'db'>, job: PredictionJob): Promise<boolean> {
  if (job.attempts <= ATTEMPTS_MOST) return false;
  const why = job.error ? `: ${job.error.message}` : '';
  const message = `it was begun ${ATTEMPTS_MOST} times and never ended${why}`;
  const error = { code: 'internal', message, requestId: job.requestId };
  await endPredictionJob(db, job, { state: 'failed', error });
  return true;
}

/** What is wrong with the job for good ends it; after anything else it is tried again. Says whether the job was still held. */
export function endByError(
  { db }: Pick<Services, 'db'>,
  job: PredictionJob,
  { code, message, details }: Omit<JobError, 'requestId' | 'details'> & Partial<Pick<AppError, 'details'>>,
): Promise<boolean> {
  const error = { code, message, requestId: job.requestId, ...(details && { details: { ...details } }) };
  if (ERROR_STATUS[code as ErrorCode] < 500) return endPredictionJob(db, job, { state: 'failed', error });
  logLine({ level: 'error', job: job.id, error: message });
  const dueAt = Date.now() + FIRST_WAIT_MS * 2 ** (job.attempts - 1);
  return holdPredictionJob(db, job, { error, dueAt });
}

/** Batch predictions, as runners see them. */
import * as routes from '../../shared/api/routes/batches.ts';
import { LEASE_MS } from '../../shared/api/routes/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { type App, type RequestContext, serve } from '../contract.ts';
import { countChunk, nextPartKey } from '../predictions/batch.ts';
import { endByError, giveUp } from '../predictions/work.ts';
import { getModelVersion } from '../store/models.ts';
import {
  getHeldBatch,
  holdPredictionJob,
  noLongerHeld,
  type PredictionJob,
  takeDueBatch,
} from '../store/prediction-jobs.ts';
import { contentLength } from './uploads.ts';

export function serveBatches(app: App): void {
  serve(app, routes.claimBatch, async ({ body: { runner } }, context) => {
    const { db, workspace } = context;
    const job = await takeDueBatch(db, workspace, runner);
    if (!job) return null;
    if (await giveUp(context, job)) {
      tellEnd(context, job);
      return null;
    }
    const { source, parts, ...progress } = job.progress!;
    const work = job.batch!;
    const models = await Promise.all(work.models.map(({ id }) => getModelVersion(db, workspace, id)));
    const { id: batch, fence } = job;
    return { batch, fence, work, progress, parts: parts.length, sourceSize: source!.size, models };
  });

  serve(app, routes.heartbeatBatch, async ({ params, body }, { db, workspace }) => {
    const job = await getHeldBatch(db, workspace, { ...params, ...body });
    await held(job, holdPredictionJob(db, job, { dueAt: Date.now() + LEASE_MS }));
  });

  serve(
    app,
    routes.readBatchSource,
    async ({ params, query: { fence, offset, length } }, { db, blobs, workspace }) => {
      const { progress } = await getHeldBatch(db, workspace, { ...params, fence });
      const object = await blobs.get(progress!.source!.key, { range: { offset, length } });
      if (!object) throw new AppError('not_found', 'the data set is no longer in the store');
      return new Response(object.body);
    },
  );

  serve(app, routes.putBatchPart, async ({ params, query, body }, context) => {
    const { db, blobs, workspace } = context;
    const size = contentLength(context, routes.MAX_PART_BYTES);
    const job = await getHeldBatch(db, workspace, { ...params, ...query });
    requireNext(job, params.part);
    await blobs.put(nextPartKey(job), body.pipeThrough(new FixedLengthStream(size)));
  });

  serve(app, routes.postBatchProgress, async ({ params, body: { fence, part, progress } }, context) => {
    const { db, blobs, workspace } = context;
    const job = await getHeldBatch(db, workspace, { ...params, fence });
    // the answer to the same one was lost on its way
    if (part === job.progress!.parts.length - 1 && job.progress!.offset === progress.offset) return;
    requireNext(job, part);
    const written = await blobs.head(nextPartKey(job));
    if (written?.size !== progress.size - job.progress!.size)
      throw new AppError(
        'conflict',
        `part ${part} has ${written?.size ?? 'no'} bytes, and the progress counts ${progress.size - job.progress!.size}`,
      );
    await held(job, countChunk({ db }, job, progress, Date.now() + LEASE_MS));
    if (progress.offset >= job.progress!.source!.size) tellEnd(context, job);
  });

  serve(app, routes.releaseBatch, async ({ params, body: { fence, error } }, context) => {
    const { db, live, workspace } = context;
    const job = await getHeldBatch(db, workspace, { ...params, fence });
    if (error) {
      await held(job, endByError(context, job, error));
      tellEnd(context, job);
      return;
    }
    await held(job, holdPredictionJob(db, job, { state: 'queued', dueAt: Date.now() }));
    live.publish(workspace, { type: 'job-waiting', job: job.id });
  });
}

/** Whoever wants to hear of its end is told by the endpoint's object. */
function tellEnd({ jobs }: Pick<RequestContext, 'jobs'>, job: PredictionJob): void {
  jobs.wake(job, Date.now());
}

async function held(job: PredictionJob, write: Promise<boolean>): Promise<void> {
  if (!(await write)) throw noLongerHeld(job, job.fence);
}

function requireNext({ progress }: PredictionJob, part: number): void {
  const next = progress!.parts.length;
  if (part !== next) throw new AppError('conflict', `part ${part}: expected part ${next}, which is the next`);
}

/** Jobs and runners, as workers see them. */
import * as routes from '../../shared/api/routes/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { SNAPSHOT_BYTES } from '../../shared/schema/snapshot.ts';
import { type App, serve } from '../contract.ts';
import { getCheckpoint, putArtifact, putCheckpoint } from '../store/job-blobs.ts';
import { addJobMetrics, claimJob, finishJob, heartbeatJob } from '../store/jobs.ts';
import { releaseLease, sweepLeases } from '../store/leases.ts';
import { addJobSnapshot } from '../store/run-snapshots.ts';
import { listRunners, registerRunner } from '../store/runners.ts';
import { announce } from './runs.ts';
import { bytesResponse, contentLength } from './uploads.ts';

/** Around a snapshot. */
const ENVELOPE_BYTES = 200;

export function serveJobs(app: App): void {
  serve(app, routes.registerRunner, ({ params, body }, { db, workspace }) =>
    registerRunner(db, workspace, { id: params.runner, ...body }),
  );
  serve(app, routes.listRunners, (_, { db, workspace }) => listRunners(db, workspace));

  serve(app, routes.claimJob, async ({ body }, context) => {
    const { db, live, workspace, caller } = context;
    if ((body.runner === null) === (body.run === null))
      throw new AppError(
        'invalid_request',
        'body.runner: expected either a runner (it takes any job) or a run (its tab takes that one)',
      );
    for (const run of await sweepLeases(db, workspace)) announce(context, run);
    const assignment = await claimJob(db, caller, body);
    if (!assignment) return null;
    announce(context, assignment.run);
    live.watchLeases(workspace, assignment.lease.expiresAt);
    return assignment;
  });
  serve(app, routes.heartbeatJob, async ({ params, body: { fence, ...news } }, context) => {
    const { lease, run } = await heartbeatJob(context.db, context.caller, { ...params, fence }, news);
    if (news.progress || news.device || news.memoryBytes !== undefined) announce(context, run);
    return { lease, stopRequested: run.stopRequested, finishRequested: run.finishRequested };
  });
  serve(
    app,
    routes.postJobMetrics,
    async ({ params, body: { fence, points } }, { db, live, workspace, caller }) => {
      const run = await addJobMetrics(db, caller, { ...params, fence }, points);
      live.publish(workspace, { type: 'metrics', run, points });
    },
  );
  serve(
    app,
    routes.postJobSnapshot,
    async ({ params, body: { fence, snapshot } }, { db, live, workspace, caller }) => {
      const run = await addJobSnapshot(db, caller, { ...params, fence }, snapshot);
      live.publish(workspace, { type: 'snapshot', run, snapshot });
    },
    { maxBytes: SNAPSHOT_BYTES + ENVELOPE_BYTES },
  );
  serve(app, routes.putCheckpoint, async ({ params, query: { fence, sha256 }, body }, context) => {
    const size = contentLength(context, routes.MAX_ARTIFACT_BYTES);
    await putCheckpoint(
      context.db,
      context.blobs,
      context.caller,
      { ...params, fence },
      { sha256, size, body },
    );
  });
  serve(app, routes.getCheckpoint, async ({ params }, { db, blobs, workspace }) =>
    bytesResponse(await getCheckpoint(db, blobs, workspace, params.job)),
  );
  serve(app, routes.putArtifact, async ({ params, query: { fence, sha256 }, body }, context) => {
    const size = contentLength(context, routes.MAX_ARTIFACT_BYTES);
    await putArtifact(
      context.db,
      context.blobs,
      context.caller,
      { ...params, fence },
      { sha256, size, body },
    );
  });
  serve(app, routes.finishJob, async ({ params, body: { fence, ...ending } }, context) =>
    announce(context, await finishJob(context.db, context.caller, { ...params, fence }, ending)),
  );
  serve(app, routes.releaseJob, async ({ params, body: { fence } }, context) => {
    announce(context, await releaseLease(context.db, context.caller, { ...params, fence }));
  });
}

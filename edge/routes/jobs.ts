/** Jobs and runners, as workers see them. */
import * as routes from '../../shared/api/routes/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { SNAPSHOT_BYTES } from '../../shared/schema/snapshot.ts';
import { type App, type RequestContext, serve } from '../contract.ts';
import { getCheckpoint, putArtifact, putCheckpoint } from '../store/job-blobs.ts';
import { addLogLines } from '../store/job-log.ts';
import { addJobMetrics, claimJob, finishJob, heartbeatJob } from '../store/jobs.ts';
import { releaseLease, sweepLeases } from '../store/leases.ts';
import { addJobSnapshot } from '../store/run-snapshots.ts';
import { listRunners, registerRunner } from '../store/runners.ts';
import { getRun } from '../store/runs.ts';
import { judgeTrials } from '../sweeps/advance.ts';
import { announce, announceAll, watchJobs } from './runs.ts';
import { bytesResponse, contentLength } from './uploads.ts';

/** Around a snapshot. */
const ENVELOPE_BYTES = 200;

export function serveJobs(app: App): void {
  serve(app, routes.registerRunner, ({ params, body }, { db, workspace }) =>
    registerRunner(db, workspace, { id: params.runner, ...body }),
  );
  serve(app, routes.listRunners, (_, { db, workspace }) => listRunners(db, workspace));

  serve(app, routes.claimJob, async ({ body }, context) => {
    const { db, workspace, caller } = context;
    if ((body.runner === null) === (body.run === null))
      throw new AppError(
        'invalid_request',
        'body.runner: expected either a runner (it takes any job) or a run (its tab takes that one)',
      );
    const [first, ...others] = await sweepLeases(db, workspace);
    if (first) await announceAll(context, [first, ...others]);
    const assignment = await claimJob(db, caller, body);
    if (!assignment) return null;
    announce(context, assignment.run);
    await watchJobs(context);
    return assignment;
  });
  serve(app, routes.heartbeatJob, async ({ params, body: { fence, ...news } }, context) => {
    const { lease, run } = await heartbeatJob(context.db, context.caller, { ...params, fence }, news);
    if (news.progress || news.device || news.memoryBytes !== undefined) announce(context, run);
    return { lease, stopRequested: run.stopRequested, finishRequested: run.finishRequested };
  });
  serve(app, routes.postJobMetrics, async ({ params, body: { fence, points } }, context) => {
    const { db, live, workspace, caller } = context;
    const run = await addJobMetrics(db, caller, { ...params, fence }, points);
    live.publish(workspace, { type: 'metrics', run, points });
    if (points.some(({ split }) => split === 'validation')) await judgeTrial(context, run);
  });
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
    announceAll(context, await finishJob(context.db, context.caller, { ...params, fence }, ending)),
  );
  serve(app, routes.releaseJob, async ({ params, body: { fence, reason } }, context) => {
    await announceAll(context, await releaseLease(context.db, context.caller, { ...params, fence }, reason));
    await watchJobs(context);
  });
  serve(
    app,
    routes.postJobLog,
    async ({ params, body: { fence, lines } }, { db, live, workspace, caller }) => {
      const run = await addLogLines(db, caller, { ...params, fence }, lines);
      live.publish(workspace, { type: 'log', run, fence, lines });
    },
  );
}

/** Points that are kept must not fail by what comes of them. */
async function judgeTrial(context: RequestContext, id: string): Promise<void> {
  try {
    const { sweep } = await getRun(context.db, context.workspace, id);
    if (!sweep) return;
    for (const run of await judgeTrials(context, sweep, id)) announce(context, run);
  } catch {} // it is judged again at the next epoch
}

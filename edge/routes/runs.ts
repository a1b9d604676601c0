/** Runs, as their owner sees them. */
import * as routes from '../../shared/api/routes/runs.ts';
import { isEnded, type Run } from '../../shared/schema/run.ts';
import { type App, type RequestContext, serve } from '../contract.ts';
import { cloneRun, createRun } from '../store/create-run.ts';
import type { Changed } from '../store/end-run.ts';
import { readLog } from '../store/job-log.ts';
import { nextDue } from '../store/leases.ts';
import { resumeRun, stopRun } from '../store/queue-run.ts';
import { getRunMetrics, getRunOverview } from '../store/run-curves.ts';
import { getRunSnapshots } from '../store/run-snapshots.ts';
import { finishRun, getRun, listRuns } from '../store/runs.ts';
import { advanceSweep } from '../sweeps/advance.ts';

export function serveRuns(app: App): void {
  serve(app, routes.createRun, async ({ params, body }, context) => {
    const added = await createRun(context, params.project, body);
    if (body.queue.notBefore) await watchJobs(context);
    return announceAll(context, added);
  });
  serve(app, routes.cloneRun, async ({ params, body }, context) => {
    const added = await cloneRun(context, params.run, body);
    if (body.queue.notBefore) await watchJobs(context);
    return announceAll(context, added);
  });
  serve(app, routes.listRuns, ({ params, query }, { db, workspace }) =>
    listRuns(db, workspace, params.project, query),
  );
  serve(app, routes.getRun, ({ params }, { db, workspace }) => getRun(db, workspace, params.run));
  serve(app, routes.getRunMetrics, ({ params, query }, { db, workspace }) =>
    getRunMetrics(db, workspace, params.run, query),
  );
  serve(app, routes.getRunOverview, ({ params }, { db, workspace }) =>
    getRunOverview(db, workspace, params.run),
  );
  serve(app, routes.getRunSnapshots, ({ params }, { db, workspace }) =>
    getRunSnapshots(db, workspace, params.run),
  );
  serve(app, routes.getRunLog, ({ params, query }, { db, workspace }) =>
    readLog(db, workspace, params.run, query),
  );
  serve(app, routes.stopRun, async ({ params }, context) =>
    announceAll(context, await stopRun(context.db, context.workspace, params.run)),
  );
  serve(app, routes.finishRun, async ({ params }, context) =>
    announce(context, await finishRun(context.db, context.workspace, params.run)),
  );
  serve(app, routes.resumeRun, async ({ params, body }, context) =>
    announceAll(context, await resumeRun(context.db, context.workspace, params.run, body.on)),
  );
}

/** Tells those who watch that a run changed. */
export function announce({ live, workspace }: Pick<RequestContext, 'live' | 'workspace'>, run: Run): Run {
  live.publish(workspace, { type: 'run', run });
  return run;
}

/** The same of several, the first of which is the one asked about; a search whose trial has ended goes on. */
export async function announceAll(
  context: Pick<RequestContext, 'db' | 'blobs' | 'live' | 'workspace'>,
  changed: Changed,
): Promise<Run> {
  for (const run of changed) announce(context, run);
  const searches = new Set(changed.flatMap(({ state, sweep }) => (isEnded(state) && sweep ? [sweep] : [])));
  for (const sweep of searches) {
    // what fails now is done when somebody looks at the jobs again
    const begun = await advanceSweep(context, sweep).catch(() => []);
    for (const run of begun) announce(context, run);
  }
  return changed[0];
}

/** Wakes runners: this job may be taken. */
export function announceWaiting(
  { live, workspace }: Pick<RequestContext, 'live' | 'workspace'>,
  job: string,
): void {
  live.publish(workspace, { type: 'job-waiting', job });
}

/** Has somebody look at the jobs again when the next of them is due. */
export async function watchJobs({ db, live, workspace }: RequestContext): Promise<void> {
  const due = await nextDue(db, workspace);
  if (due !== null) live.watchJobs(workspace, due);
}

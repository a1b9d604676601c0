/** Runs, as their owner sees them. */
import * as routes from '../../shared/api/routes/runs.ts';
import type { Run } from '../../shared/schema/run.ts';
import { type App, type RequestContext, serve } from '../contract.ts';
import { createRun } from '../store/create-run.ts';
import { getRunSnapshots } from '../store/run-snapshots.ts';
import { finishRun, getRun, getRunMetrics, listRuns, resumeRun, stopRun } from '../store/runs.ts';

export function serveRuns(app: App): void {
  serve(app, routes.createRun, async ({ params, body }, context) =>
    announce(context, await createRun(context, params.project, body)),
  );
  serve(app, routes.listRuns, ({ params, query }, { db, workspace }) =>
    listRuns(db, workspace, params.project, query),
  );
  serve(app, routes.getRun, ({ params }, { db, workspace }) => getRun(db, workspace, params.run));
  serve(app, routes.getRunMetrics, ({ params }, { db, workspace }) =>
    getRunMetrics(db, workspace, params.run),
  );
  serve(app, routes.getRunSnapshots, ({ params }, { db, workspace }) =>
    getRunSnapshots(db, workspace, params.run),
  );
  serve(app, routes.stopRun, async ({ params }, context) =>
    announce(context, await stopRun(context.db, context.workspace, params.run)),
  );
  serve(app, routes.finishRun, async ({ params }, context) =>
    announce(context, await finishRun(context.db, context.workspace, params.run)),
  );
  serve(app, routes.resumeRun, async ({ params, body }, context) =>
    announce(context, await resumeRun(context.db, context.workspace, params.run, body.on)),
  );
}

/** Tells those who watch that a run changed. */
export function announce({ live, workspace }: Pick<RequestContext, 'live' | 'workspace'>, run: Run): Run {
  live.publish(workspace, { type: 'run', run });
  return run;
}

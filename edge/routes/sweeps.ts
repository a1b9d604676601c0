/** Searches. */
import * as routes from '../../shared/api/routes/sweeps.ts';
import { type App, serve } from '../contract.ts';
import { getSweep, listSweeps } from '../store/sweeps.ts';
import { advanceSweep } from '../sweeps/advance.ts';
import { createSweep, describeSweep, resumeSweep, stopSweep } from '../sweeps/steer.ts';
import { announce } from './runs.ts';

export function serveSweeps(app: App): void {
  serve(app, routes.createSweep, async ({ params, body }, context) => {
    const { id } = await createSweep(context, params.project, body);
    for (const run of await advanceSweep(context, id)) announce(context, run);
    context.live.watchJobs(context.workspace, Date.now());
    return getSweep(context.db, context.workspace, id);
  });
  serve(app, routes.listSweeps, ({ params }, { db, workspace }) => listSweeps(db, workspace, params.project));
  serve(app, routes.getSweep, ({ params }, context) => describeSweep(context, params.sweep));
  serve(app, routes.stopSweep, async ({ params }, context) => {
    for (const run of await stopSweep(context, params.sweep)) announce(context, run);
    return getSweep(context.db, context.workspace, params.sweep);
  });
  serve(app, routes.resumeSweep, async ({ params }, context) => {
    await resumeSweep(context, params.sweep);
    for (const run of await advanceSweep(context, params.sweep)) announce(context, run);
    context.live.watchJobs(context.workspace, Date.now());
    return getSweep(context.db, context.workspace, params.sweep);
  });
}

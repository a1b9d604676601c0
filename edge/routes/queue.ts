/** The queue, as its owner and what scales the fleet see it. */
import * as routes from '../../shared/api/routes/queue.ts';
import { type App, authorise, serve } from '../contract.ts';
import { changeJob, countJobs, listAttempts, listJobs } from '../store/queue.ts';
import { announceWaiting } from './runs.ts';

export function serveQueue(app: App): void {
  serve(app, routes.getQueue, async ({ query }, { db, workspace }) => {
    const [counts, jobs] = await Promise.all([countJobs(db, workspace), listJobs(db, workspace, query)]);
    return { counts, jobs };
  });
  serve(app, routes.changeJob, async ({ params, body }, context) => {
    const job = await changeJob(context.db, context.workspace, params.job, body);
    if (job.state === 'queued') announceWaiting(context, job.id);
    return job;
  });
  serve(app, routes.listAttempts, ({ query }, { db, workspace }) => listAttempts(db, workspace, query));

  // Prometheus's text form; what scales the fleet reads it with a runner's token.
  app.get('/metrics', async (c) => {
    await authorise(c, { scopes: ['owner', 'runner'] });
    const counts = await countJobs(c.get('services').db, c.get('caller').workspace, 'runner');
    const gauge = (name: string, help: string, value: number) =>
      `# HELP trainyard_jobs_${name} ${help}\n# TYPE trainyard_jobs_${name} gauge\ntrainyard_jobs_${name} ${value}\n`;
    const text = [
      gauge('waiting', 'Jobs that a runner could take now.', counts.queued),
      gauge('running', 'Jobs that runners work on.', counts.leased),
      gauge(
        'blocked',
        'Jobs that wait for a time, for other runs or for their release.',
        counts.waiting + counts.held,
      ),
      gauge('dead', 'Jobs that lost their workers too often.', counts.dead),
    ];
    return c.text(text.join(''), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
}

/** The HTTP application, made of what `connect` gives each request: no bindings, no globals. */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { ExecutionContext } from 'hono';
import { etag } from 'hono/etag';
import { secureHeaders } from 'hono/secure-headers';
import { AppError } from '../shared/errors.ts';
import type { AppEnv } from './contract.ts';
import { allowOtherOrigins } from './cors.ts';
import { failure } from './failure.ts';
import { logLine } from './log.ts';
import { serveAveraging } from './routes/averaging.ts';
import { serveBatches } from './routes/batches.ts';
import { serveDatasets } from './routes/datasets.ts';
import { serveEndpoints } from './routes/endpoints.ts';
import { serveJobs } from './routes/jobs.ts';
import { serveLive } from './routes/live.ts';
import { serveModels } from './routes/models.ts';
import { serveInfer, serveOpenInference } from './routes/open-inference.ts';
import { servePipelines } from './routes/pipelines.ts';
import { servePredictions } from './routes/predict.ts';
import { servePredictionJobs } from './routes/predictions.ts';
import { serveProjects } from './routes/projects.ts';
import { servePing, serveProtocols } from './routes/protocols.ts';
import { serveQueue } from './routes/queue.ts';
import { serveRuns } from './routes/runs.ts';
import { serveSweeps } from './routes/sweeps.ts';
import { serveWeights } from './routes/weights.ts';
import type { Services } from './services.ts';
import { VERSION } from './version.ts';

const API_PATHS = /^\/(v1|v2)(\/|$)|^\/(metrics|openapi\.json)$/;

export function createApp<Env>(connect: (env: Env, context: ExecutionContext) => Services) {
  const app = new OpenAPIHono<AppEnv>();
  app.onError(failure);

  app.use((c, next) => {
    c.set('requestId', crypto.randomUUID());
    c.set('services', connect(c.env as Env, c.executionCtx));
    return next();
  });
  allowOtherOrigins(app);
  // Before all that costs time: what endpoints answer is counted, and logged a few times a second.
  servePredictions(app);
  serveInfer(app);
  serveProtocols(app);
  servePredictionJobs(app);

  // The page's files have headers of their own: with those of the API below, a browser would load none of its scripts.
  app.use((c, next) => (API_PATHS.test(c.req.path) ? next() : c.get('services').page(c.req.raw)));

  app.use(async (c, next) => {
    const started = Date.now();
    await next();
    const { method, path } = c.req;
    logLine({ requestId: c.get('requestId'), method, path, status: c.res.status, ms: Date.now() - started });
  });
  // Before the headers below: a WebSocket's answer must go out as it came.
  serveLive(app);

  app.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } }));
  app.use(async (c, next) => {
    await next();
    c.header('x-request-id', c.get('requestId'));
    if (!c.res.headers.has('cache-control'))
      c.header('cache-control', c.res.headers.has('etag') ? 'private, no-cache' : 'no-store');
  });
  // What models take and give is asked for again and again.
  for (const path of ['/v1/endpoints/*', '/v2/*']) app.get(path, etag());

  serveProjects(app);
  serveDatasets(app);
  servePipelines(app);
  serveRuns(app);
  serveJobs(app);
  serveQueue(app);
  serveAveraging(app);
  serveBatches(app);
  serveSweeps(app);
  serveModels(app);
  serveWeights(app);
  serveEndpoints(app);
  serveOpenInference(app);
  servePing(app);

  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Trainyard', version: VERSION, description: 'From a file of data to a served model.' },
  });

  app.notFound((c) => {
    const { method, path } = c.req;
    return failure(
      new AppError('not_found', `there is no ${method} ${path}; /openapi.json lists what there is`),
      c,
    );
  });
  return app;
}

/** Serves the routes that predict. They are declared as all routes are, but take the short way to their handler. */
import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Route } from '../../shared/api/route.ts';
import type { AppError } from '../../shared/errors.ts';
import { type App, type AppEnv, describeRoute } from '../contract.ts';
import { describeIssues } from '../issues.ts';
import type { Services } from '../services.ts';
import { answerInference, type InferenceRequest } from './inference-request.ts';

/** `params`: of the path. */
export type LongHandler = (
  request: InferenceRequest<Services>,
  params: Readonly<Record<string, string>>,
) => Promise<unknown>;

export function serveInference(app: App, route: Route, handler: LongHandler): void {
  const described = createRoute(describeRoute(route));
  app.openAPIRegistry.registerPath(described);
  app.on(route.method, described.getRoutingPath(), async (c: Context<AppEnv>) => {
    const params: Record<string, string> = c.req.param();
    const { endpoint, version } = params;
    const asked = { services: c.get('services'), requestId: c.get('requestId'), scopes: route.scopes };
    return answerInference(c.req.raw, { ...asked, endpoint, version }, (request) =>
      handler(request, params).catch((error) => {
        throw wrongPath(route, params) ?? error;
      }),
    );
  });
}

/** What is wrong with a path: looked for when something went wrong, since most are right. */
function wrongPath({ params }: Route, given: Record<string, string>): AppError | undefined {
  const error = params?.safeParse(given).error;
  return error && describeIssues('param', error.issues, given);
}

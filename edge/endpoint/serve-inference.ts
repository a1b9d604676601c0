/**
 * Serves the routes that predict. They are declared as all routes are, but take the short way: no headers that only pages need, and a
 * body that is read as its protocol wants it, in one go.
 */
import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type * as z from 'zod';
import type { Route } from '../../shared/api/route.ts';
import { MAX_PREDICT_BYTES } from '../../shared/api/routes/endpoints.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import { parseJson } from '../../shared/parse-json.ts';
import { bearerToken, requireScope } from '../auth.ts';
import { type App, type AppEnv, describeRoute } from '../contract.ts';
import { describeIssues } from '../issues.ts';
import { readBody } from '../read-body.ts';
import type { Services } from '../services.ts';
import type { Caller } from '../store/tokens.ts';

export interface InferenceRequest {
  services: Services;
  caller: Caller;
  requestId: string;
  /** Of the path; empty where it has none. */
  endpoint: string;
  version: number | undefined;
  header(name: string): string | undefined;
  bytes(): Promise<Uint8Array>;
  /** Throws AppError `unsupported` for what calls itself something else than JSON. */
  text(): Promise<string>;
}

/** Serves `route` with `handler`, which gives the reply: a Response, or what is to be JSON. */
export function serveInference(
  app: App,
  route: Route,
  handler: (request: InferenceRequest) => Promise<unknown>,
): void {
  const described = createRoute(describeRoute(route));
  app.openAPIRegistry.registerPath(described);
  app.on(route.method, described.getRoutingPath(), async (c: Context<AppEnv>) => {
    const started = Date.now();
    const requestId = c.get('requestId');
    const services = c.get('services');
    const params = c.req.param();
    const caller = await services.authenticate(bearerToken(c.req.header('authorization')));
    requireScope(caller, route.scopes, params.endpoint);
    const { endpoint = '', version } = params;
    const header = (name: string) => c.req.header(name);
    const reply = await handler({
      ...{ services, caller, requestId, endpoint, header },
      version: version === undefined ? undefined : Number(version),
      bytes: () => readBytes(c.req.raw),
      text: () => readText(c.req.raw),
    }).catch((error) => {
      throw wrongPath(route, params) ?? error;
    });
    // what answers a POST is kept nowhere, so nothing needs to say so
    const headers = {
      'x-request-id': requestId,
      // in workerd the clock stands while nothing is waited for: what shows is the wait for a model that was not in memory
      'server-timing': `total;dur=${Date.now() - started}`,
    };
    if (!(reply instanceof Response))
      return new Response(JSON.stringify(reply), {
        headers: { 'content-type': 'application/json', ...headers },
      });
    for (const [name, value] of Object.entries(headers)) reply.headers.set(name, value);
    return reply;
  });
}

/** What is wrong with a path: looked for when something went wrong, since most are right. */
function wrongPath({ params }: Route, given: Record<string, string>): AppError | undefined {
  const error = params?.safeParse(given).error;
  return error && describeIssues('param', error.issues, given);
}

/** Throws AppError `invalid_request` for what the schema does not take. */
export function checkBody<S extends z.ZodType>(body: unknown, schema: S): z.output<S> {
  const { data, error } = schema.safeParse(body);
  if (error) throw describeIssues('json', error.issues, body);
  return data as z.output<S>;
}

/** Throws AppError `invalid_request` for what is not JSON; `hint`: what else might be meant. */
export function readJson(text: string, hint = ''): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('invalid_request', `the body is not JSON: ${messageOf(error)}${hint}`);
  }
}

function readBytes({ body, headers }: Request): Promise<Uint8Array> {
  const encoding = headers.get('content-encoding') ?? undefined;
  return readBody(body ?? new Blob([]).stream(), MAX_PREDICT_BYTES, encoding);
}

async function readText(request: Request): Promise<string> {
  const type = request.headers.get('content-type') ?? '';
  if (type && !/^application\/([\w.+-]+\+)?json\b/i.test(type))
    throw new AppError('unsupported', `the header "content-type" is "${type}"; expected application/json`);
  const length = Number(request.headers.get('content-length') ?? Number.NaN);
  const isPlain = length <= MAX_PREDICT_BYTES && !request.headers.has('content-encoding');
  return isPlain ? request.text() : new TextDecoder().decode(await readBytes(request));
}

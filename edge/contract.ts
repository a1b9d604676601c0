/**
 * From a shared `Route` declaration and a handler to a served route: authentication and scope, validation, typed
 * arguments, the serialised reply, and its part of /openapi.json.
 */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import * as z from 'zod';
import type { Route, RouteArguments, RouteReply } from '../shared/api/route.ts';
import { AppError, ERROR_STATUS, type ErrorCode } from '../shared/errors.ts';
import { requireShallow } from '../shared/parse-json.ts';
import { bearerToken, requireScope } from './auth.ts';
import { describeIssues } from './issues.ts';
import type { Services } from './services.ts';
import type { Caller } from './store/look-up.ts';

export interface AppEnv {
  Bindings: object;
  Variables: { services: Services; requestId: string; caller: Caller };
}
export type App = OpenAPIHono<AppEnv>;

export interface RequestContext extends Services {
  /** Open routes have no caller, and must not ask for it. */
  caller: Caller;
  workspace: string;
  header(name: string): string | undefined;
}

// biome-ignore lint/suspicious/noConfusingVoidType: handlers of routes without a reply return nothing
type Reply<R> = RouteReply<R> extends undefined ? void : RouteReply<R>;
export type Handler<R> = (input: RouteArguments<R>, context: RequestContext) => Promise<Reply<R>>;

/** Largest JSON body, bytes, where a route says nothing else. */
const MAX_JSON_BYTES = 4 * 1024 * 1024;

/** Serves `route` with `handler`. */
export function serve<R extends Route>(
  app: App,
  route: R,
  handler: Handler<R>,
  { maxBytes = MAX_JSON_BYTES }: { maxBytes?: number } = {},
): void {
  const middleware = [
    async (c: Context<AppEnv>, next: () => Promise<void>) => {
      if (route.scopes.length > 0) await authorise(c, route);
      await next();
    },
    ...(route.body && route.body !== 'bytes' ? [limitBody(maxBytes), limitNesting] : []),
  ];
  const answer = async (c: Context<AppEnv>) => {
    const valid = (target: 'param' | 'query' | 'json'): unknown => c.req.valid(target as never);
    const input = {
      params: route.params && valid('param'),
      query: route.query && valid('query'),
      body: route.body === 'bytes' ? (c.req.raw.body ?? new Blob([]).stream()) : route.body && valid('json'),
    };
    const caller = c.get('caller');
    const reply: unknown = await handler(input as RouteArguments<R>, {
      ...c.get('services'),
      caller,
      workspace: caller?.workspace,
      header: (name) => c.req.header(name),
    });
    if (route.reply === undefined) return c.body(null, 204);
    return reply instanceof Response ? reply : Response.json(reply, { status: route.status ?? 200 });
  };
  // The types of zod-openapi would infer again, from OpenAPI's shape, what `Route` has said already.
  app.openapi(createRoute({ ...describeRoute(route), middleware }), answer as never, (result) => {
    if (!result.success)
      throw describeIssues(result.target, result.error.issues, (result as { data?: unknown }).data);
  });
}

/** Lets through whose token has one of these scopes. */
export async function authorise(c: Context<AppEnv>, route: Pick<Route, 'scopes'>): Promise<void> {
  const caller = await c.get('services').authenticate(bearerToken(c.req.header('authorization')));
  requireScope(caller, route.scopes, c.req.param('endpoint'));
  c.set('caller', caller);
}

const limitBody = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new AppError('too_large', `the body is too large; expected at most ${maxSize} bytes`);
    },
  });

/** The text that is read here is what is then parsed. */
async function limitNesting(c: Context<AppEnv>, next: () => Promise<void>): Promise<void> {
  requireShallow(await c.req.text(), 'body');
  await next();
}

const BYTES = { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } };

const ErrorReply = z.object({
  error: z.object({
    code: z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]),
    message: z.string(),
    requestId: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});

/** A route in the words of OpenAPI. */
export function describeRoute({
  method,
  path,
  tag,
  summary,
  scopes,
  params,
  query,
  body,
  headers,
  reply,
  accepted,
  events,
  status,
  errors = [],
}: Route) {
  const codes: ErrorCode[] = [
    ...(params || query || body ? (['invalid_request'] as const) : []),
    ...(scopes.length > 0 ? (['unauthorized', 'forbidden'] as const) : []),
    ...errors,
  ];
  const statuses = [...new Set(codes.map((code) => ERROR_STATUS[code]))];
  return {
    method,
    path,
    tags: [tag],
    summary,
    security: scopes.length > 0 ? [{ token: [...scopes] }] : [],
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(headers && { headers }),
      ...(body && {
        body: {
          required: true,
          content: body === 'bytes' ? BYTES : { 'application/json': { schema: body } },
        },
      }),
    },
    responses: {
      ...(reply === undefined
        ? { 204: { description: 'Done' } }
        : {
            [status ?? 200]: {
              description: 'Done',
              content:
                reply === 'bytes'
                  ? BYTES
                  : {
                      'application/json': { schema: reply },
                      ...(events && { 'text/event-stream': { schema: events } }),
                    },
            },
          }),
      ...(accepted && {
        202: { description: 'Accepted', content: { 'application/json': { schema: accepted } } },
      }),
      ...Object.fromEntries(
        statuses.map((code) => [
          code,
          {
            description: codes.filter((name) => ERROR_STATUS[name] === code).join(', '),
            content: { 'application/json': { schema: ErrorReply } },
          },
        ]),
      ),
    },
  };
}

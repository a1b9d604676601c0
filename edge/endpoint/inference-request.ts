/**
 * A request to predict, in whatever protocol, without what serves it: no router, no schema. The body is read as its protocol wants it, in
 * one go, and the reply has no headers that only pages need.
 */
import { AppError, messageOf } from '../../shared/errors.ts';
import { parseJson } from '../../shared/parse-json.ts';
import { MAX_PREDICT_BYTES } from '../../shared/schema/prediction-limits.ts';
import type { TokenScope } from '../../shared/schema/project.ts';
import { bearerToken, requireScope } from '../auth.ts';
import { readBody } from '../read-body.ts';
import type { InferenceServices } from '../services.ts';
import type { Caller } from '../store/look-up.ts';

/** `S`: what is there for the handler; all of it where the request came the long way. */
export interface InferenceRequest<S = InferenceServices> {
  services: S;
  caller: Caller;
  requestId: string;
  /** Of the path; empty where it has none. */
  endpoint: string;
  version: number | undefined;
  header(name: string): string | undefined;
  bytes(): Promise<Uint8Array>;
  /** Throws AppError `unsupported` for what calls itself something else than JSON. */
  text(): Promise<string>;
  /** The same as it came. */
  jsonBytes(): Promise<Uint8Array>;
}

/** Gives the reply: a Response, or what is to be JSON. */
export type InferenceHandler<S = InferenceServices> = (request: InferenceRequest<S>) => Promise<unknown>;

export interface Asked<S> {
  services: S;
  requestId: string;
  scopes: readonly TokenScope[];
  endpoint: string | undefined;
  version: string | undefined;
}

export async function answerInference<S extends InferenceServices>(
  request: Request,
  { services, requestId, scopes, endpoint, version }: Asked<S>,
  handler: InferenceHandler<S>,
): Promise<Response> {
  const started = Date.now();
  const caller = await services.authenticate(bearerToken(request.headers.get('authorization') ?? undefined));
  requireScope(caller, scopes, endpoint);
  const reply = await handler({
    ...{ services, caller, requestId },
    endpoint: endpoint ?? '',
    version: version === undefined ? undefined : Number(version),
    header: (name) => request.headers.get(name) ?? undefined,
    bytes: () => readBytes(request),
    text: () => readText(request),
    async jsonBytes() {
      requireJson(request);
      return readBytes(request);
    },
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

async function readBytes(request: Request): Promise<Uint8Array> {
  if (isPlain(request)) return new Uint8Array(await request.arrayBuffer());
  const encoding = request.headers.get('content-encoding') ?? undefined;
  return readBody(request.body ?? new Blob([]).stream(), MAX_PREDICT_BYTES, encoding);
}

/** Its length is known and bearable: the runtime reads it whole, several times as fast as a stream is read here. */
const isPlain = ({ headers }: Request): boolean =>
  Number(headers.get('content-length') ?? Number.NaN) <= MAX_PREDICT_BYTES &&
  !headers.has('content-encoding');

function requireJson({ headers }: Request): void {
  const type = headers.get('content-type') ?? '';
  if (type && !/^application\/([\w.+-]+\+)?json\b/i.test(type))
    throw new AppError('unsupported', `the header "content-type" is "${type}"; expected application/json`);
}

async function readText(request: Request): Promise<string> {
  requireJson(request);
  return isPlain(request) ? request.text() : new TextDecoder().decode(await readBytes(request));
}

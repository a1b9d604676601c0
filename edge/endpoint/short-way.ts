/**
 * The short way of a prediction: no router, no schema, no database client, so that an isolate which has just begun can answer at once. What is
 * not plainly one, or has a path that is not right, goes the long way, where the same handlers serve the same routes.
 * `long`: headers that only the long way heeds.
 */
import { NAME_PATTERN } from '../../shared/schema/name-pattern.ts';
import { errorResponse } from '../error-response.ts';
import { drainBody } from '../read-body.ts';
import type { InferenceServices } from '../services.ts';
import { infer } from './infer.ts';
import { answerInference, type InferenceHandler } from './inference-request.ts';
import { OTHER_ORIGINS } from './other-origins.ts';
import { predictRows } from './predict-rows.ts';

const WAYS: readonly { path: RegExp; handler: InferenceHandler; long?: readonly string[] }[] = [
  { path: wayOf('/v1/endpoints/([^/]+)/predict'), handler: predictRows, long: ['prefer', 'idempotency-key'] },
  { path: wayOf('/v2/models/([^/]+)/infer'), handler: infer },
  { path: wayOf('/v2/models/([^/]+)/versions/([1-9][0-9]{0,8})/infer'), handler: infer },
];

/** A URL with that path. */
function wayOf(path: string): RegExp {
  return new RegExp(`^[a-z]+://[^/?#]*${path}(?:[?#]|$)`);
}

/** Null for what goes the long way; then nothing was read. */
export function answerShortly(request: Request, connect: () => InferenceServices): Promise<Response> | null {
  if (request.method !== 'POST') return null;
  for (const { path, handler, long = [] } of WAYS) {
    const [, endpoint, version] = path.exec(request.url) ?? [];
    if (endpoint === undefined) continue;
    if (NAME_PATTERN.test(endpoint) && !long.some((header) => request.headers.has(header)))
      return answer(request, connect(), { endpoint, version }, handler);
  }
  return null;
}

async function answer(
  request: Request,
  services: InferenceServices,
  place: { endpoint: string; version: string | undefined },
  handler: InferenceHandler,
): Promise<Response> {
  const requestId = crypto.randomUUID();
  const asked = { ...place, services, requestId, scopes: ['owner', 'endpoint'] as const };
  const response = await answerInference(request, asked, handler).catch(async (error) => {
    await drainBody(request);
    return errorResponse(error, requestId, new URL(request.url).pathname);
  });
  if (request.headers.has('origin'))
    for (const [name, value] of Object.entries(OTHER_ORIGINS)) response.headers.set(name, value);
  return response;
}

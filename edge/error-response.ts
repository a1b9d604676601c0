/** The one place where something thrown becomes a response. What is not an AppError is our fault, and says nothing. */
import { AppError } from '../shared/errors.ts';
import { logLine } from './log.ts';

export function errorResponse(thrown: unknown, requestId: string, path: string): Response {
  const error = logged(thrown, requestId);
  // the Open Inference Protocol's errors are words alone
  const body = /^\/v2(\/|$)/.test(path) ? { error: error.message } : errorBody(error, requestId);
  return Response.json(body, {
    status: error.status,
    headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  });
}

/** The same for a reply that has begun. */
export const failureBody = (thrown: unknown, requestId: string) =>
  errorBody(logged(thrown, requestId), requestId);

function logged(thrown: unknown, requestId: string): AppError {
  const error = thrown instanceof AppError ? thrown : internal(thrown);
  if (error.status >= 500) logLine({ level: 'error', requestId, error: describe(thrown) });
  return error;
}

export function errorBody({ code, message, details }: AppError, requestId: string) {
  return { error: { code, message, requestId, ...(details && { details }) } };
}

const internal = (cause: unknown): AppError =>
  new AppError('internal', 'something went wrong on our side; the request id finds it in the log', { cause });

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? '' : `; caused by ${describe(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}

/** The one place where something thrown becomes a response. What is not an AppError is our fault, and says nothing. */
import { LibsqlError } from '@libsql/client/web';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { AppError, type ErrorCode } from '../shared/errors.ts';
import type { AppEnv } from './contract.ts';
import { logLine } from './log.ts';

export function failure(thrown: unknown, c: Context<AppEnv>): Response {
  const error = toAppError(thrown);
  if (error.status >= 500)
    logLine({ level: 'error', requestId: c.get('requestId'), error: describe(thrown) });
  // the Open Inference Protocol's errors are words alone
  const isV2 = /^\/v2(\/|$)/.test(c.req.path);
  const body = isV2 ? { error: error.message } : errorBody(error, c.get('requestId'));
  return c.json(body, error.status as 500, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
}

export function errorBody({ code, message, details }: AppError, requestId: string) {
  return { error: { code, message, requestId, ...(details && { details }) } };
}

function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof HTTPException)
    return new AppError(codeOf(thrown.status), thrown.message, { status: thrown.status });
  for (let cause = thrown; cause instanceof Error; cause = cause.cause)
    if (cause instanceof LibsqlError && !cause.code.startsWith('SQLITE_CONSTRAINT'))
      return new AppError('unavailable', 'the database cannot be reached or is busy; try again', {
        cause: thrown,
      });
  return new AppError('internal', 'something went wrong on our side; the request id finds it in the log', {
    cause: thrown,
  });
}

function codeOf(status: number): ErrorCode {
  if (status === 415) return 'unsupported';
  return status < 500 ? 'invalid_request' : 'internal';
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? '' : `; caused by ${describe(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}

/** What the router and the database throw, as errors of ours. */
import { LibsqlError } from '@libsql/client/web';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { AppError, type ErrorCode } from '../shared/errors.ts';
import type { AppEnv } from './contract.ts';
import { errorResponse } from './error-response.ts';
import { drainBody } from './read-body.ts';

export async function failure(thrown: unknown, c: Context<AppEnv>): Promise<Response> {
  await drainBody(c.req.raw);
  return errorResponse(toAppError(thrown), c.get('requestId'), c.req.path);
}

function toAppError(thrown: unknown): unknown {
  if (thrown instanceof HTTPException)
    return new AppError(codeOf(thrown.status), thrown.message, { status: thrown.status });
  for (let cause = thrown; cause instanceof Error && !(cause instanceof AppError); cause = cause.cause)
    if (cause instanceof LibsqlError && !cause.code.startsWith('SQLITE_CONSTRAINT'))
      return new AppError('unavailable', 'the database cannot be reached or is busy; try again', {
        cause: thrown,
      });
  return thrown;
}

function codeOf(status: number): ErrorCode {
  if (status === 415) return 'unsupported';
  return status < 500 ? 'invalid_request' : 'internal';
}

/**
 * What the program ends with when something went wrong: a code, a message, a hint on what to do, and the exit code:
 * 1 for a failed run or a server in trouble, 2 for bad usage or bad input, 130 for Ctrl-C.
 */
import { CommanderError } from 'commander';
import { ZodError } from 'zod';
import { AppError, type ErrorCode } from '../shared/errors.ts';

export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;
type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export class Failure extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: string,
    message: string,
    options: { exitCode?: ExitCode; hint?: string; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message);
    this.name = 'Failure';
    this.code = code;
    this.exitCode = options.exitCode ?? EXIT.failed;
    this.hint = options.hint;
    this.details = options.details;
  }
}

/** Bad usage or input that the program itself found. */
export function badUsage(message: string, hint?: string): Failure {
  return new Failure('invalid_request', message, { exitCode: EXIT.usage, ...(hint ? { hint } : {}) });
}

export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof AppError) {
    // 4xx is about what was asked for; a refused token is not, and nor is a limit.
    const asked = error.status < 500 && ![401, 403, 429].includes(error.status);
    const hint = HINTS[error.code];
    return new Failure(error.code, error.message, {
      exitCode: asked ? EXIT.usage : EXIT.failed,
      ...(hint ? { hint } : {}),
      ...(error.details ? { details: error.details } : {}),
    });
  }
  if (error instanceof CommanderError) return badUsage(error.message.replace(/^error: /, ''));
  if (error instanceof ZodError) {
    const issue = error.issues[0];
    const field = issue?.path.join('.') || 'reply';
    return new Failure(
      'internal',
      `the server answered what this program does not understand: ${field}: ${issue?.message}`,
      {
        hint: 'server and program may be of different versions',
      },
    );
  }
  const path = (error as NodeJS.ErrnoException | null)?.path;
  if (path !== undefined) return badUsage((error as Error).message);
  return new Failure('internal', error instanceof Error ? error.message : String(error));
}

const HINTS: Partial<Record<ErrorCode, string>> = {
  unauthorized: 'sign in with: npx trainyard login URL --token TOKEN',
  forbidden: 'this takes an owner token: npx trainyard login URL --token TOKEN',
};

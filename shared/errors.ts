/**
 * The one error type. Every program throws it for what a person can mend; the edge turns it into
 * `{"error":{code,message,requestId,details}}`. A message names the field, the value and what would be accepted.
 * `cause` is for logs and never leaves the process.
 */
export const ERROR_STATUS = {
  invalid_request: 400,
  invalid_data: 422,
  invalid_pipeline: 422,
  invalid_artifact: 422,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale_fence: 409,
  too_large: 413,
  length_required: 411,
  unsupported: 415,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { status?: number; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = options.status ?? ERROR_STATUS[code];
    this.details = options.details;
  }
}

/** Words for anything thrown, fit to show a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Errors as Hrana has them: a message and a code. SQLite's own codes pass through (`SQLITE_CONSTRAINT_UNIQUE`: match by
 * prefix); whatever else is thrown becomes INTERNAL_ERROR without its words, since they may name paths or hold a stack.
 */
export interface ProtocolError {
  message: string;
  code: string;
}

export class HranaError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'HranaError';
    this.code = code;
    this.status = status;
  }
}

export function sqliteCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}

/** Whether waiting for the other writer can help. A stale snapshot stays stale: that transaction must start again. */
export function isRetryableBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === 'SQLITE_BUSY' || code === 'SQLITE_BUSY_RECOVERY';
}

export function toProtocolError(error: unknown): ProtocolError {
  if (error instanceof HranaError) return { code: error.code, message: error.message };
  const code = sqliteCode(error);
  if (code !== undefined) return { code, message: (error as Error).message };
  return { code: 'INTERNAL_ERROR', message: 'the database server failed on this request' };
}

/** Tries again what failed in passing: the server is away, a connection broke. Everything else is thrown at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../shared/errors.ts';

export interface RetryOptions {
  /** Ends the waiting; the signal's reason is thrown. */
  signal?: AbortSignal;
  /** Tries in all. */
  tries?: number;
  /** First pause, milliseconds; each one after is twice as long, up to `longestMs`. */
  firstMs?: number;
  longestMs?: number;
}

/** A server that is away may come back: `unavailable` and broken connections pass, and so do 5xx and 429. */
export function isPassing(error: unknown): boolean {
  if (error instanceof AppError) return error.status >= 500 || error.status === 429;
  return error instanceof TypeError; // what fetch throws when a body breaks off
}

export async function retry<T>(
  operation: () => Promise<T>,
  { signal, tries = Number.POSITIVE_INFINITY, firstMs = 250, longestMs = 10_000 }: RetryOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await operation();
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassing(error) || attempt >= tries) throw error;
    }
    // Half to all of the pause, so that many runners do not return as one.
    const pause = Math.min(longestMs, firstMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
    await sleep(pause, undefined, { signal }).catch(() => {}); // aborted: thrown above
  }
}

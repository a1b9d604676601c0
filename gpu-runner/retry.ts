/**
 * Tries again what failed in passing: the server is away, a connection broke, or nothing came over it any more. Everything else is
 * thrown at once.
 */
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
  /** A try that takes longer has failed: over a connection that was cut without a word nothing would ever come. */
  tryMs?: number;
}

/** For `tryMs`: how long so many bytes may take to be sent, on a line of 2 Mbit/s. */
export const sendingMs = (bytes: number): number => 30_000 + Math.ceil(bytes / 250);

/** A server that is away may come back: `unavailable` and broken connections pass, and so do 5xx and 429. */
export function isPassing(error: unknown): boolean {
  if (error instanceof AppError) return error.status >= 500 || error.status === 429;
  if (error instanceof DOMException) return error.name === 'TimeoutError';
  return error instanceof TypeError; // what fetch throws when a body breaks off
}

/** The job is no longer ours: another runner has it, or it is gone, or our token is. */
export function isLost(error: unknown): boolean {
  return (
    error instanceof AppError &&
    ['stale_fence', 'not_found', 'unauthorized', 'forbidden'].includes(error.code)
  );
}

/** `operation` is given the signal that ends it: of `signal` and of `tryMs`. */
export async function retry<T>(
  operation: (signal: AbortSignal) => Promise<T>,
  { signal, tries = Number.POSITIVE_INFINITY, firstMs = 250, longestMs = 10_000, tryMs }: RetryOptions = {},
): Promise<T> {
  const never = new AbortController().signal;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      const inTime = tryMs === undefined ? never : AbortSignal.timeout(tryMs);
      return await operation(AbortSignal.any([signal ?? never, inTime]));
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassing(error) || attempt >= tries) throw error;
    }
    // Half to all of the pause, so that many runners do not return as one.
    const pause = Math.min(longestMs, firstMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
    await sleep(pause, undefined, { signal }).catch(() => {}); // aborted: thrown above
  }
}

/**
 * What one server allows. A stream's idle limit stays below the busy limit, so whoever waits for a writer that was
 * abandoned outlives it and gets the lock.
 */
export interface HranaLimits {
  /** Streams open at once; each has a connection of its own. */
  maxStreams: number;
  /** ms without a request after which an open stream is closed and its transaction rolled back. */
  streamIdleMs: number;
  /** ms that a statement waits for another stream's write lock before it fails with SQLITE_BUSY. */
  busyMs: number;
  maxBodyBytes: number;
  /** Rows, and bytes of values, in one response. */
  maxRows: number;
  maxResultBytes: number;
}

const DEFAULTS: HranaLimits = {
  maxStreams: 128,
  streamIdleMs: 5_000,
  busyMs: 10_000,
  maxBodyBytes: 32 * 1024 * 1024,
  maxRows: 200_000,
  maxResultBytes: 64 * 1024 * 1024,
};

export function resolveLimits(given: Partial<HranaLimits> = {}): HranaLimits {
  const limits = { ...DEFAULTS, ...given };
  for (const [name, value] of Object.entries(limits))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`limits.${name} is ${value}; a whole number of at least 1 is needed`);
  if (limits.streamIdleMs >= limits.busyMs)
    throw new RangeError(
      `limits.streamIdleMs (${limits.streamIdleMs}) must be below limits.busyMs (${limits.busyMs})`,
    );
  return limits;
}

/**
 * Waiting for SQLite's one write lock without blocking the process: the embedded library is synchronous, so its own
 * busy timeout would stop every other stream, the lock's holder among them. Waiters go first come, first served, woken
 * as a stream leaves its transaction; the timer is for a lock held by some other process.
 */
import { isRetryableBusy } from './errors.ts';

const POLL_MS = 50;

interface Waiter {
  wake(): void;
}

export class WriteGate {
  readonly #busyMs: number;
  readonly #waiters = new Set<Waiter>();

  constructor(busyMs: number) {
    this.#busyMs = busyMs;
  }

  /** Calls `attempt` until it no longer meets a held lock, or rethrows SQLITE_BUSY after the busy limit. */
  async retry<T>(attempt: () => T): Promise<T> {
    const waiter: Waiter = { wake() {} };
    const deadline = Date.now() + this.#busyMs;
    try {
      for (;;) {
        try {
          return attempt();
        } catch (error) {
          if (!isRetryableBusy(error) || Date.now() >= deadline) throw error;
        }
        this.#waiters.add(waiter); // keeps its place through further rounds
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, POLL_MS);
          waiter.wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    } finally {
      this.#waiters.delete(waiter);
    }
  }

  /** To be called whenever a stream may have given the lock back. */
  released(): void {
    for (const first of this.#waiters) {
      first.wake();
      return;
    }
  }
}

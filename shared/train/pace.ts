/** Keeps a training sociable: when to report, when to save, and room for the event loop in between. */

/** A training says how far it is this often. */
export const REPORT_MS = 100;

/** True at most once in `ms`; the first time after `ms`. */
export function every(ms: number): () => boolean {
  let last = performance.now();
  return () => {
    const now = performance.now();
    if (now - last < ms) return false;
    last = now;
    return true;
  };
}

/** Saving may take this share of the time. */
const SAVING_SHARE = 1 / 50;
/** However slow saving is, it waits no longer than so many times the least: by default five minutes are lost with a machine at most. */
const MOST_WAITS = 150;

/**
 * When to save: `leastMs` after the last time, and later where saving is slow, so that it takes no more than 2 % of the time. `save`
 * makes and hands on what is saved; its time, with that of whoever takes it, is what the next wait is reckoned by.
 */
export function createSavingPace(leastMs: number, now: () => number = () => performance.now()) {
  let savedAt = now();
  let waitMs = leastMs;
  return {
    isDue: () => now() - savedAt >= waitMs,
    async *save<T>(make: () => Promise<T>): AsyncGenerator<T, void, void> {
      const started = now();
      yield await make();
      savedAt = now();
      waitMs = Math.max(leastMs, Math.min((savedAt - started) / SAVING_SHARE, MOST_WAITS * leastMs));
    },
  };
}

/** Lets timers, messages and sockets have their turn. */
export const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Whether `promise` is settled within `ms`, whichever way. */
export function isSettled(promise: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, false);
    const settle = () => {
      clearTimeout(timer);
      resolve(true);
    };
    promise.then(settle, settle);
  });
}

/**
 * Sizes pieces of work so that each takes about `ms`: `work` gets the number of steps to make at most, and `made` says of what it
 * gives how many that were. The first piece is one step.
 */
export function stepsAtOnce<T>(
  ms: number,
  made: (result: T) => number,
): (work: (atMost: number) => Promise<T>) => Promise<T> {
  let atMost = 1;
  return async (work) => {
    const start = performance.now();
    const result = await work(atMost);
    const perStep = Math.max((performance.now() - start) / made(result), 0.001);
    atMost = Math.max(1, Math.min(2 * atMost, Math.floor(ms / perStep), 4096));
    return result;
  };
}

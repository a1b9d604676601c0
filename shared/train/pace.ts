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

/** Lets timers, messages and sockets have their turn. */
export const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

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

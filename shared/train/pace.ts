/** Keeps a training sociable: when to report, when to save, and room for the event loop in between. */

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
 * Runs pieces of work of about `ms` each: `work` gets the number of steps to make at most and returns one loss for each
 * that it made. The first piece is one step.
 */
export function stepsAtOnce(
  ms: number,
): (work: (atMost: number) => Promise<Float32Array>) => Promise<Float32Array> {
  let atMost = 1;
  return async (work) => {
    const start = performance.now();
    const losses = await work(atMost);
    const perStep = Math.max((performance.now() - start) / losses.length, 0.001);
    atMost = Math.max(1, Math.min(2 * atMost, Math.floor(ms / perStep), 4096));
    return losses;
  };
}

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

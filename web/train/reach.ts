/** Whether the server can be reached, as its answers to the training worker show: it trains on without one, and waits where it needs one. */
import type { Client } from '../../shared/api/client.ts';
import { AppError } from '../../shared/errors.ts';

/** Between two looks at whether it is back. */
const LOOK_MS = 2000;

export const isAway = (error: unknown): boolean => error instanceof AppError && error.code === 'unavailable';

export interface Reach {
  /** The same client, by whose calls this learns. */
  api: Client;
  /** Tries until the server answers; throws what it answers with, and that it is away where nobody wants to wait. */
  until<T>(work: () => Promise<T>): Promise<T>;
}

/** `onChange` is told when it goes and when it comes back. */
export function followReach(
  api: Client,
  onChange: (isAway: boolean) => void,
  isWanted: () => boolean,
): Reach {
  let wasAway = false;
  const note = (now: boolean): void => {
    if (now !== wasAway) onChange(now);
    wasAway = now;
  };
  return {
    api: {
      ...api,
      async call(...request) {
        try {
          const reply = await api.call(...request);
          note(false);
          return reply;
        } catch (error) {
          note(isAway(error));
          throw error;
        }
      },
    },
    async until(work) {
      for (;;) {
        try {
          return await work();
        } catch (error) {
          if (!isAway(error) || !isWanted()) throw error;
        }
        await new Promise((later) => setTimeout(later, LOOK_MS));
      }
    },
  };
}

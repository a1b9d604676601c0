/**
 * What attempts that lost their lease in a network cut could not tell any more: the points and the checkpoint of the minutes that the
 * server was out of reach. When the same runner is given the run again and nobody had it in between, it goes on from there.
 */
import { join } from 'node:path';
import type { Lease } from '../../shared/schema/run.ts';
import { openParcelQueue, type ParcelQueue } from './parcel-queue.ts';

/** To take a lease away raises the fence by one, and to give it again by another. */
const AWAY_AND_BACK = 2;

export interface Leftovers {
  /** The queue that the attempt begins with: what its predecessor left, or an empty one. */
  take(lease: Lease): ParcelQueue;
  keep(lease: Lease, queue: ParcelQueue): void;
  close(): void;
}

/** Of so many runs at most, the oldest forgotten first. Their files lie in `folder`. */
export function openLeftovers(folder: string, most: number): Leftovers {
  const kept = new Map<string, { fence: number; queue: ParcelQueue }>();
  const forget = (run: string) => {
    kept.get(run)?.queue.close();
    kept.delete(run);
  };
  return {
    take({ run, fence }) {
      const left = kept.get(run);
      if (left && left.fence + AWAY_AND_BACK === fence) {
        kept.delete(run);
        return left.queue;
      }
      forget(run);
      return openParcelQueue(join(folder, `${run}-${fence}.json`));
    },
    keep({ run, fence }, queue) {
      forget(run);
      kept.set(run, { fence, queue });
      for (const oldest of kept.keys()) if (kept.size > most) forget(oldest);
    },
    close() {
      for (const run of kept.keys()) forget(run);
    },
  };
}

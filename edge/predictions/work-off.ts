/** What an endpoint's object does when its alarm rings. */
import { messageOf } from '../../shared/errors.ts';
import { logLine } from '../log.ts';
import type { Services } from '../services.ts';
import { deleteExpired, nextDue, type Place, takeDueJob } from '../store/prediction-jobs.ts';
import { deliverDue } from './callbacks.ts';
import { workOn } from './work.ts';

/** After so long at a stretch it tells callbacks, and begins anew under a new alarm and its limits. */
const SLICE_MS = 5000;

export async function workOff(services: Services, place: Place): Promise<void> {
  for (const end = Date.now() + SLICE_MS; Date.now() < end; ) {
    const job = await takeDueJob(services.db, place);
    if (!job) return;
    await workOn(services, job);
  }
}

/** Deletes what has expired, and says when there is something to do next, milliseconds since 1970. */
export async function soonest({ db, blobs }: Services, place: Place): Promise<number> {
  await deleteExpired(db, blobs, place);
  return (await nextDue(db, place)) ?? Number.POSITIVE_INFINITY;
}

/** Never throws. `wake`: to try again then. */
export async function deliver(
  services: Services,
  place: Place,
  wake: (at: number) => Promise<void>,
): Promise<void> {
  try {
    for (const at of await deliverDue(services, place)) await wake(at);
  } catch (error) {
    logLine({ level: 'error', endpoint: place.endpoint, error: messageOf(error) });
  }
}

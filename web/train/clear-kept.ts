/** Frees this machine of what was kept of runs that nobody goes on with here: those that ended elsewhere, or are gone. */
import type { Client } from '../../shared/api/client.ts';
import { getRun } from '../../shared/api/routes/runs.ts';
import { AppError } from '../../shared/errors.ts';
import { keptRuns } from './keep.ts';

/** A run that failed or was stopped may be resumed here for so long. */
const RESUMED_WITHIN_MS = 7 * 24 * 3600 * 1000;

/** All but those that train now, in this tab or another. */
export async function clearKept(api: Client): Promise<void> {
  for (const { run, remove } of await keptRuns()) {
    if (await isOver(api, run))
      await navigator.locks.request(lockOf(run), { ifAvailable: true }, async (free) => {
        if (free) await remove();
      });
  }
}

export const lockOf = (run: string): string => `trainyard-${run}`;

async function isOver(api: Client, run: string): Promise<boolean> {
  try {
    const { state, endedAt } = await api.call(getRun, { params: { run } });
    if (state === 'succeeded') return true;
    return endedAt !== null && Date.now() - Date.parse(endedAt) > RESUMED_WITHIN_MS;
  } catch (error) {
    return error instanceof AppError && error.code === 'not_found';
  }
}

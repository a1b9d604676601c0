/**
 * A run's job for this tab. One that this browser held before goes on under the same lease; else it is claimed, if need be once the
 * lease of a tab that is gone has run out.
 */
import type { Client } from '../../shared/api/client.ts';
import { claimJob, heartbeatJob, type JobAssignment, LEASE_MS } from '../../shared/api/routes/jobs.ts';
import { getRun, resumeRun } from '../../shared/api/routes/runs.ts';
import { AppError } from '../../shared/errors.ts';
import type { Run } from '../../shared/schema/run.ts';
import type { Keep } from './keep.ts';

/** Between two looks at a lease that another holds. */
const LOOK_MS = 1000;
/** A lease may be renewed once more, and is then found out at the server's next sweep. */
const WAIT_MOST_MS = 3 * LEASE_MS;

/** `onWait` is told once, if it has to wait. Throws AppError `conflict` where the run is not for this tab (any more). */
export async function takeJob(
  api: Client,
  run: string,
  keep: Keep | null,
  onWait: () => void,
): Promise<JobAssignment> {
  const held = await keep?.readJob();
  if (held && (await isStillHeld(api, held))) return held;
  const until = Date.now() + WAIT_MOST_MS;
  for (let waits = 0; ; waits++) {
    const job = await claim(api, run);
    if (job) {
      await keep?.writeJob(job).catch(() => {});
      return job;
    }
    const now = await api.call(getRun, { params: { run } });
    if (isLeftBehind(now)) await api.call(resumeRun, { params: { run }, body: {} });
    else if (now.state !== 'running' || now.on !== 'browser' || Date.now() > until) throw notForUs(now);
    if (waits === 0) onWait();
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
}

/** Whoever trained it went away: the tab before this one, most likely. */
const isLeftBehind = ({ state, reason, on }: Run): boolean =>
  state === 'failed' && reason === 'runner_lost' && on === 'browser';

async function claim(api: Client, run: string): Promise<JobAssignment | null> {
  try {
    return await api.call(claimJob, { body: { runner: null, run, device: 'a browser tab' } });
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') return null;
    throw error;
  }
}

async function isStillHeld(api: Client, { lease: { job, fence } }: JobAssignment): Promise<boolean> {
  try {
    await api.call(heartbeatJob, { params: { job }, body: { fence, progress: null } });
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code !== 'unavailable') return false;
    throw error;
  }
}

const notForUs = ({ state, on }: Run): AppError =>
  new AppError(
    'conflict',
    state === 'running'
      ? `this run trains elsewhere, ${on === 'runner' ? 'on a runner' : 'in another tab or browser'}`
      : `this run waits for nobody any more: it is ${state}`,
  );

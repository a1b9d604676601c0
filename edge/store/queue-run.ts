/** How a run's job gets into the queue, out of it and back into it. */
import { and, eq } from 'drizzle-orm';
import { AppError } from '../../shared/errors.ts';
import type { JobOptions } from '../../shared/schema/job.ts';
import { isEnded, type Place, type Run } from '../../shared/schema/run.ts';
import { hasOwnRows } from '../../shared/train/part-in.ts';
import { type Db, now } from './db.ts';
import { type Changed, endRun, queueWhatIsDue, withdrawJob } from './end-run.ts';
import { getRun, updateRun } from './runs.ts';
import { jobDependencies, jobs } from './schema/jobs.ts';
import { laneOf } from './take-job.ts';
import { listTeam } from './team.ts';

interface Queued {
  run: Pick<Run, 'id' | 'job' | 'project' | 'on'>;
  datasetBytes: number;
  checkpoint: string | null;
  checkpointSteps: number | null;
}

/** The new run's job, which waits for what it is to wait for. */
export async function queueJob(
  db: Db,
  workspace: string,
  { run, datasetBytes, ...checkpoint }: Queued,
  { priority, notBefore, after, requires, maxAttempts, timeoutSeconds }: JobOptions,
): Promise<void> {
  const { id, job, project, on } = run;
  await requireHope(db, workspace, after);
  await db.insert(jobs).values({
    ...{
      workspace,
      id: job,
      run: id,
      project,
      on,
      priority,
      requires,
      maxAttempts,
      datasetBytes,
      ...checkpoint,
    },
    lane: laneOf(project, requires, datasetBytes),
    notBefore: notBefore === undefined ? null : Date.parse(notBefore),
    timeoutMs: timeoutSeconds === undefined ? null : timeoutSeconds * 1000,
    state: 'waiting',
    queuedAt: now(),
  });
  if (after.length > 0) {
    await db.insert(jobDependencies).values([...new Set(after)].map((run) => ({ workspace, job, run })));
  }
  await queueWhatIsDue(db, workspace);
}

/** Throws AppError `conflict` or `not_found` where one of these runs will not succeed. */
async function requireHope(db: Db, workspace: string, after: readonly string[]): Promise<void> {
  for (const id of after) {
    const { state } = await getRun(db, workspace, id);
    if (state === 'failed' || state === 'stopped')
      throw new AppError(
        'conflict',
        `queue.after: run ${id} is ${state}; expected one that can still succeed`,
      );
  }
}

/** A queued run ends at once; a running one learns of it at its worker's next heartbeat. */
export async function stopRun(db: Db, workspace: string, id: string): Promise<Changed> {
  return db.transaction(async (tx) => {
    const run = await getRun(tx, workspace, id);
    if (isEnded(run.state)) return [run];
    if (run.state === 'running') return [await updateRun(tx, workspace, id, { stopRequested: true })];
    await withdrawJob(tx, workspace, run.job);
    return endRun(tx, workspace, id, { state: 'stopped', stopRequested: true });
  });
}

/** Queues a stopped or failed run again, with those that trained it together; whoever takes it finds the last checkpoint. */
export async function resumeRun(
  db: Db,
  workspace: string,
  id: string,
  on: Place | undefined,
): Promise<Changed> {
  return db.transaction(async (tx) => {
    const run = await getRun(tx, workspace, id);
    if (!isResumable(run))
      throw new AppError(
        'conflict',
        `run ${id} is ${run.state}; only a stopped or failed run can be resumed`,
      );
    if (hasOwnRows(run.team) && on === 'runner')
      throw new AppError(
        'conflict',
        `run ${id} learns from rows that only a tab has; expected "on" to be "browser", or left out`,
      );
    const team = run.team?.rows === 'shards' ? await listTeam(tx, workspace, id) : [];
    const others = team.filter((other) => other.id !== id && isResumable(other));
    const changed: Changed = [await queueAgain(tx, workspace, run, on ?? run.on)];
    for (const other of others) changed.push(await queueAgain(tx, workspace, other, on ?? other.on));
    await queueWhatIsDue(tx, workspace);
    return changed;
  });
}

const isResumable = ({ state }: Run): boolean => state === 'stopped' || state === 'failed';

async function queueAgain(db: Db, workspace: string, { id, job }: Run, place: Place): Promise<Run> {
  const fresh = { holder: null, runner: null, artifact: null, notBefore: null, losses: 0, queuedAt: now() };
  await db
    .update(jobs)
    .set({ state: 'waiting', on: place, ...fresh })
    .where(and(eq(jobs.workspace, workspace), eq(jobs.id, job)));
  return updateRun(db, workspace, id, {
    state: 'queued',
    on: place,
    reason: null,
    message: null,
    stopRequested: false,
    finishRequested: false,
    progress: null,
    endedAt: null,
  });
}

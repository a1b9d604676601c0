/** The end of a run, with all that hangs on it: its job, its attempt, and the jobs that waited for it. */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Team } from '../../shared/schema/averaging.ts';
import type { ATTEMPT_ENDINGS } from '../../shared/schema/job.ts';
import { type FailureReason, isEnded, type Run } from '../../shared/schema/run.ts';
import { type Db, now } from './db.ts';
import { updateRun } from './runs.ts';
import { jobAttempts, jobDependencies, jobs } from './schema/jobs.ts';
import type { runs } from './schema/runs.ts';
import { listTeam } from './team.ts';

export type RunEnd = Partial<typeof runs.$inferInsert> & Pick<Run, 'state'>;

/** Runs that changed; the first is the one that it was about. */
export type Changed = [Run, ...Run[]];

/** Ends a run whose job has ended, and lets go on, or ends, what waited for it. */
export async function endRun(db: Db, workspace: string, id: string, end: RunEnd): Promise<Changed> {
  const run = await updateRun(db, workspace, id, { ...end, endedAt: now() });
  const helped = run.team ? await endTeam(db, workspace, run, run.team) : [];
  const waiting = await db
    .select({ job: jobs.id, run: jobs.run })
    .from(jobDependencies)
    .innerJoin(jobs, and(eq(jobs.workspace, jobDependencies.workspace), eq(jobs.id, jobDependencies.job)))
    .where(
      and(
        eq(jobDependencies.workspace, workspace),
        eq(jobDependencies.run, id),
        inArray(jobs.state, ['waiting', 'held']),
      ),
    )
    .all();
  if (waiting.length === 0) return [run, ...helped];
  if (run.state === 'succeeded') return [run, ...helped, ...(await queueWhatIsDue(db, workspace))];
  const ended: Run[] = helped;
  for (const dependent of waiting) {
    await withdrawJob(db, workspace, dependent.job);
    const message = `it was to come after run ${id}, which has ${run.state === 'failed' ? 'failed' : 'been stopped'}; resume it once that has succeeded`;
    const failed = { state: 'failed', reason: 'dependency_failed', message } as const;
    ended.push(...(await endRun(db, workspace, dependent.run, failed)));
  }
  return [run, ...ended];
}

/**
 * Of those that train together: when the lead has succeeded, nobody needs those any more that never began. When one ended otherwise, the others
 * would wait for it, unless its rows are its own and it only took them with it.
 */
async function endTeam(
  db: Db,
  workspace: string,
  { id, name, state, message }: Run,
  { lead, rank, rows }: Team,
): Promise<Run[]> {
  const isOver = rank === 0 || (rows === 'shards' && state !== 'succeeded');
  if (!isOver) return [];
  const why =
    state === 'succeeded'
      ? null
      : `${name} ${state === 'failed' ? `has failed: ${message}` : 'was stopped'}`.slice(0, 2000);
  const changed: Run[] = [];
  for (const other of await listTeam(db, workspace, lead)) {
    if (other.id === id || isEnded(other.state) || other.stopRequested) continue;
    if (other.state === 'running') {
      // at work they hear from the round itself that it was the last
      if (why) changed.push(await updateRun(db, workspace, other.id, { stopRequested: true, message: why }));
      continue;
    }
    await withdrawJob(db, workspace, other.job);
    const end = { state: 'stopped', stopRequested: true, message: why } as const;
    changed.push(...(await endRun(db, workspace, other.id, end)));
  }
  return changed;
}

/** Of a run that ends before anybody has begun it. */
export async function withdrawJob(db: Db, workspace: string, job: string): Promise<void> {
  await db
    .update(jobs)
    .set({ state: 'done' })
    .where(and(eq(jobs.workspace, workspace), eq(jobs.id, job)));
}

/** Puts those into the queue that have waited long enough. Returns their runs. */
export async function queueWhatIsDue(db: Db, workspace: string): Promise<Run[]> {
  const due = await db
    .update(jobs)
    .set({ state: 'queued', notBefore: null })
    .where(
      and(
        eq(jobs.workspace, workspace),
        eq(jobs.state, 'waiting'),
        sql`coalesce(${jobs.notBefore}, 0) <= ${Date.now()}`,
        sql`NOT EXISTS (SELECT 1 FROM job_dependencies d JOIN runs r ON r.workspace = d.workspace AND r.id = d.run
          WHERE d.workspace = jobs.workspace AND d.job = jobs.id AND r.state <> 'succeeded')`,
      ),
    )
    .returning({ run: jobs.run })
    .all();
  return Promise.all(due.map(({ run }) => updateRun(db, workspace, run, { state: 'queued' })));
}

/** Says how the attempt under this fence ended. */
export async function endAttempt(
  db: Db,
  workspace: string,
  { id, fence }: { id: string; fence: number },
  ending: (typeof ATTEMPT_ENDINGS)[number],
  reason: FailureReason | null = null,
): Promise<void> {
  await db
    .update(jobAttempts)
    .set({ ending, reason, endedAt: now() })
    .where(
      and(
        eq(jobAttempts.workspace, workspace),
        eq(jobAttempts.job, id),
        eq(jobAttempts.fence, fence),
        isNull(jobAttempts.ending),
      ),
    );
}

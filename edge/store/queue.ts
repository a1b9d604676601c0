/** The queue as its owner sees and steers it. */
import { and, asc, count, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { AppError } from '../../shared/errors.ts';
import type { JobAttempt, JobRequirements, JobState, QueuedJob } from '../../shared/schema/job.ts';
import { JOB_STATES } from '../../shared/schema/job.ts';
import type { Place, RunnerCapabilities } from '../../shared/schema/run.ts';
import type { Db } from './db.ts';
import { queueWhatIsDue } from './end-run.ts';
import { findJob } from './leases.ts';
import { jobAttempts, jobDependencies, jobs, runners } from './schema/jobs.ts';
import { runs } from './schema/runs.ts';
import { projects } from './schema/workspaces.ts';
import { laneOf } from './take-job.ts';

/** A runner not heard of for so long is not counted on, milliseconds. */
const QUIET_MS = 60_000;

export type JobCounts = Record<JobState, number>;

/** How many jobs stand where, over all projects. */
export async function countJobs(db: Db, workspace: string, on?: Place): Promise<JobCounts> {
  const mine = and(eq(jobs.workspace, workspace), on && eq(jobs.on, on));
  const rows = await db
    .select({ state: jobs.state, jobs: count() })
    .from(jobs)
    .where(mine)
    .groupBy(jobs.state)
    .all();
  const found = new Map(rows.map(({ state, jobs }) => [state, jobs]));
  return Object.fromEntries(JOB_STATES.map((state) => [state, found.get(state) ?? 0])) as JobCounts;
}

/** Those at work first, then in the order in which they are taken. */
export async function listJobs(
  db: Db,
  workspace: string,
  { states, limit }: { states: readonly JobState[]; limit: number },
): Promise<QueuedJob[]> {
  const rows = await readJobs(db, and(eq(jobs.workspace, workspace), inArray(jobs.state, states))!, limit);
  return explain(db, workspace, rows);
}

export async function getQueuedJob(db: Db, workspace: string, id: string): Promise<QueuedJob> {
  const rows = await readJobs(db, and(eq(jobs.workspace, workspace), eq(jobs.id, id))!, 1);
  if (!rows[0]) throw new AppError('not_found', `there is no job "${id}"`);
  return (await explain(db, workspace, rows))[0]!;
}

type FoundJob = Awaited<ReturnType<typeof readJobs>>[number];

function readJobs(db: Db, where: SQL, limit: number) {
  return db
    .select({
      id: jobs.id,
      run: jobs.run,
      runName: runs.name,
      project: projects.name,
      on: jobs.on,
      state: jobs.state,
      priority: jobs.priority,
      requires: jobs.requires,
      losses: jobs.losses,
      maxAttempts: jobs.maxAttempts,
      runner: jobs.runner,
      queuedAt: jobs.queuedAt,
      notBefore: jobs.notBefore,
    })
    .from(jobs)
    .innerJoin(runs, and(eq(runs.workspace, jobs.workspace), eq(runs.id, jobs.run)))
    .innerJoin(projects, and(eq(projects.workspace, jobs.workspace), eq(projects.id, jobs.project)))
    .where(where)
    .orderBy(sql`${jobs.state} <> 'leased'`, desc(jobs.priority), asc(jobs.queuedAt), asc(jobs.id))
    .limit(limit)
    .all();
}

/** Says of each what it waits for. */
async function explain(db: Db, workspace: string, rows: FoundJob[]): Promise<QueuedJob[]> {
  const ids = rows.filter(({ state }) => state === 'waiting').map(({ id }) => id);
  const since = new Date(Date.now() - QUIET_MS).toISOString();
  const [awaited, fleet] = await Promise.all([
    db
      .select({ job: jobDependencies.job, run: runs.id, state: runs.state })
      .from(jobDependencies)
      .innerJoin(runs, and(eq(runs.workspace, jobDependencies.workspace), eq(runs.id, jobDependencies.run)))
      .where(and(eq(jobDependencies.workspace, workspace), inArray(jobDependencies.job, ids)))
      .all(),
    db
      .select({ capabilities: runners.capabilities })
      .from(runners)
      .where(and(eq(runners.workspace, workspace), sql`${runners.lastSeenAt} > ${since}`))
      .all(),
  ]);
  const runsOf = Map.groupBy(
    awaited.filter(({ state }) => state !== 'succeeded'),
    ({ job }) => job,
  );
  const offers = fleet.map(({ capabilities }) => capabilities);
  return rows.map((job) => ({
    ...job,
    notBefore: job.notBefore === null ? null : new Date(job.notBefore).toISOString(),
    waitsFor: reason(job, runsOf.get(job.id)?.map(({ run }) => run) ?? [], offers),
  }));
}

function reason(job: FoundJob, after: string[], offers: (RunnerCapabilities | null)[]): string | null {
  if (job.state === 'held') return 'its release';
  if (job.state === 'waiting' && after.length > 0) return after.join(', ');
  if (job.state === 'waiting') return 'its time';
  if (job.state !== 'queued') return null;
  if (job.on === 'browser') return 'its tab';
  if (offers.length === 0) return 'a runner: none is there';
  const missing = offers.map((offered) => lacks(job.requires, offered));
  if (missing.every((lack) => lack !== null)) return `a runner with ${missing[0]}: none is there`;
  return 'its turn';
}

/** What a runner lacks for a job, for people; null: nothing. */
function lacks(required: JobRequirements, offered: RunnerCapabilities | null): string | null {
  const labels = required.labels?.filter((label) => !offered?.labels.includes(label)) ?? [];
  if (required.libtensorflow && !offered?.libtensorflow) return 'libtensorflow';
  if ((required.gpuMemoryBytes ?? 0) > (offered?.gpuMemoryBytes ?? 0))
    return `${gigabytes(required.gpuMemoryBytes!)} of GPU memory`;
  if ((required.memoryBytes ?? 0) > (offered?.memoryBytes ?? 0))
    return `${gigabytes(required.memoryBytes!)} of memory`;
  return labels.length > 0 ? `the label ${labels.join(', ')}` : null;
}

const gigabytes = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(3))} GB`;

export interface JobChange {
  priority?: number | undefined;
  held?: boolean | undefined;
  requires?: JobRequirements | undefined;
}

/** Changes a job that nobody has taken yet. Throws AppError `conflict` otherwise. */
export async function changeJob(
  db: Db,
  workspace: string,
  id: string,
  { priority, held, requires }: JobChange,
): Promise<QueuedJob> {
  return db.transaction(async (tx) => {
    const job = await findJob(tx, workspace, id);
    if (!['waiting', 'held', 'queued'].includes(job.state))
      throw new AppError(
        'conflict',
        `job ${id} is ${job.state}; only one that nobody has taken can be changed`,
      );
    await tx
      .update(jobs)
      .set({
        ...(priority !== undefined && { priority }),
        ...(requires && { requires, lane: laneOf(job.project, requires, job.datasetBytes) }),
        ...(held !== undefined && { state: held ? 'held' : 'waiting' }),
      })
      .where(and(eq(jobs.workspace, workspace), eq(jobs.id, id)));
    if (held === false) await queueWhatIsDue(tx, workspace);
    return getQueuedJob(tx, workspace, id);
  });
}

/** What runners did, newest first. */
export async function listAttempts(
  db: Db,
  workspace: string,
  { runner, run, limit }: { runner?: string | undefined; run?: string | undefined; limit: number },
): Promise<JobAttempt[]> {
  const { job, fence, device, startedAt, endedAt, ending, reason } = jobAttempts;
  const by = jobAttempts.runner;
  return db
    .select({
      job,
      fence,
      runner: by,
      device,
      startedAt,
      endedAt,
      ending,
      reason,
      run: jobs.run,
      runName: runs.name,
      project: projects.name,
    })
    .from(jobAttempts)
    .innerJoin(jobs, and(eq(jobs.workspace, jobAttempts.workspace), eq(jobs.id, jobAttempts.job)))
    .innerJoin(runs, and(eq(runs.workspace, jobs.workspace), eq(runs.id, jobs.run)))
    .innerJoin(projects, and(eq(projects.workspace, jobs.workspace), eq(projects.id, jobs.project)))
    .where(
      and(
        eq(jobAttempts.workspace, workspace),
        runner === undefined ? undefined : eq(jobAttempts.runner, runner),
        run === undefined ? undefined : eq(jobs.run, run),
      ),
    )
    .orderBy(desc(jobAttempts.startedAt), desc(jobAttempts.fence))
    .limit(limit)
    .all();
}

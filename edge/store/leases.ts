/**
 * Leases on jobs. The fence grows whenever a lease is given or taken away, so a worker that lost its lease can never
 * write again: every write of a worker begins with `holdLease`, in the same transaction.
 */
import { and, eq, lt, min, sql } from 'drizzle-orm';
import { LEASE_MS } from '../../shared/api/routes/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import type { Lease, Place, Run } from '../../shared/schema/run.ts';
import { type Db, now } from './db.ts';
import { getRun, updateRun } from './runs.ts';
import { jobs } from './schema.ts';
import type { Caller } from './tokens.ts';

/** After as many attempts a run that lost its worker again has failed: the fault is likely its own. */
export const MAX_ATTEMPTS = 5;

export type JobRow = typeof jobs.$inferSelect;
type JobChange = Partial<typeof jobs.$inferInsert>;

export interface LeaseKey {
  job: string;
  fence: number;
}

/** Gives the oldest queued job that `which` matches to `caller`; null when none waits. One statement, so one winner. */
export async function takeLease(
  db: Db,
  { workspace, token }: Caller,
  runner: string | null,
  which: { on: Place; run?: string },
): Promise<JobRow | null> {
  const one = which.run ? sql`AND run = ${which.run}` : sql``;
  const oldest = sql`(SELECT id FROM jobs WHERE workspace = ${workspace} AND "on" = ${which.on} AND state = 'queued' ${one}
    ORDER BY queued_at, id LIMIT 1)`;
  const taken = await db
    .update(jobs)
    .set({
      state: 'leased',
      fence: sql`${jobs.fence} + 1`,
      holder: token,
      runner,
      leaseExpiresAt: Date.now() + LEASE_MS,
    })
    .where(and(eq(jobs.workspace, workspace), sql`${jobs.id} = ${oldest}`))
    .returning()
    .get();
  return taken ?? null;
}

/** Changes a job if, and only if, the caller holds its lease by this fence; throws `stale_fence` otherwise. */
export async function holdLease(
  db: Db,
  { workspace, token }: Caller,
  { job, fence }: LeaseKey,
  change: JobChange | { fence: ReturnType<typeof sql> } = {},
): Promise<JobRow> {
  const held = await db
    .update(jobs)
    .set({ state: 'leased', ...change })
    .where(
      and(
        eq(jobs.workspace, workspace),
        eq(jobs.id, job),
        eq(jobs.fence, fence),
        eq(jobs.state, 'leased'),
        eq(jobs.holder, token),
      ),
    )
    .returning()
    .get();
  if (held) return held;
  const current = await findJob(db, workspace, job);
  throw new AppError(
    'stale_fence',
    `fence ${fence} no longer holds ${job}: another worker took it, or its run ended`,
    {
      details: { fence, current: current.fence, state: current.state },
    },
  );
}

export async function findJob(db: Db, workspace: string, job: string): Promise<JobRow> {
  const row = await db
    .select()
    .from(jobs)
    .where(and(eq(jobs.workspace, workspace), eq(jobs.id, job)))
    .get();
  if (!row) throw new AppError('not_found', `there is no job "${job}"`);
  return row;
}

export function leaseOf(job: JobRow): Lease {
  return {
    job: job.id,
    run: job.run,
    fence: job.fence,
    expiresAt: new Date(job.leaseExpiresAt ?? 0).toISOString(),
  };
}

/** What a job without a worker becomes. */
const unheld = { fence: sql`${jobs.fence} + 1`, holder: null, runner: null, leaseExpiresAt: null };

/** The worker hands its job back: it waits again, unless a stop was asked for or it was tried too often. */
export async function releaseLease(db: Db, caller: Caller, key: LeaseKey): Promise<Run> {
  return db.transaction(async (tx) => {
    const job = await holdLease(tx, caller, key);
    return endOrQueue(tx, caller.workspace, job, 'the worker gave the job back');
  });
}

/**
 * Takes away the leases that ran out. A runner's job waits for another; a tab's run has failed as `runner_lost`, since
 * nobody else may take it. Returns the runs that changed.
 */
export async function sweepLeases(db: Db, workspace: string): Promise<Run[]> {
  const expired = and(
    eq(jobs.workspace, workspace),
    eq(jobs.state, 'leased'),
    lt(jobs.leaseExpiresAt, Date.now()),
  );
  if (!(await db.select({ id: jobs.id }).from(jobs).where(expired).get())) return [];
  return db.transaction(async (tx) => {
    const swept: Run[] = [];
    for (const job of await tx.select().from(jobs).where(expired).all())
      swept.push(await endOrQueue(tx, workspace, job, 'its worker stopped answering', job.on === 'browser'));
    return swept;
  });
}

/** When the next lease runs out, milliseconds since 1970; null while none is held. */
export async function nextExpiry(db: Db, workspace: string): Promise<number | null> {
  const row = await db
    .select({ at: min(jobs.leaseExpiresAt) })
    .from(jobs)
    .where(and(eq(jobs.workspace, workspace), eq(jobs.state, 'leased')))
    .get();
  return row?.at ?? null;
}

async function endOrQueue(db: Db, workspace: string, job: JobRow, why: string, final = false): Promise<Run> {
  const run = await getRun(db, workspace, job.run);
  const lost = final || run.attempts >= MAX_ATTEMPTS;
  const ended = run.stopRequested || lost;
  await db
    .update(jobs)
    .set({ ...unheld, state: ended ? 'done' : 'queued' })
    .where(and(eq(jobs.workspace, workspace), eq(jobs.id, job.id)));
  if (!ended) return updateRun(db, workspace, run.id, { state: 'queued', progress: null });
  return updateRun(db, workspace, run.id, {
    ...(run.stopRequested
      ? { state: 'stopped' }
      : {
          state: 'failed',
          reason: 'runner_lost',
          message: `${why} (attempt ${run.attempts}); resume goes on from the last checkpoint`,
        }),
    endedAt: now(),
  });
}

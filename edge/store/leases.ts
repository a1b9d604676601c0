/**
 * Leases on jobs. The fence grows whenever a lease is given or taken away, so a worker that lost its lease can never
 * write again: every write of a worker begins with `holdLease`, in the same transaction.
 */
import { and, eq, lt, min, or, sql } from 'drizzle-orm';
import { AppError } from '../../shared/errors.ts';
import type { ReleaseReason } from '../../shared/schema/job.ts';
import type { FailureReason, Lease, Run } from '../../shared/schema/run.ts';
import type { Db } from './db.ts';
import { type Changed, endAttempt, endRun, queueWhatIsDue } from './end-run.ts';
import type { Caller } from './look-up.ts';
import { getRun, updateRun } from './runs.ts';
import { jobs } from './schema/jobs.ts';
import type { JobRow } from './take-job.ts';

type JobChange = Partial<typeof jobs.$inferInsert>;

export interface LeaseKey {
  job: string;
  fence: number;
}

/** Changes a job if, and only if, the caller holds its lease by this fence; throws `stale_fence` otherwise. */
export async function holdLease(
  db: Db,
  { workspace, token }: Caller,
  { job, fence }: LeaseKey,
  change: JobChange = {},
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
const unheld = {
  fence: sql`${jobs.fence} + 1`,
  holder: null,
  runner: null,
  leaseExpiresAt: null,
  deadline: null,
};

/** How an attempt came to no end of its own. */
interface Interruption {
  /** For people. */
  why: string;
  /** What the run has failed as, if it is not tried again. */
  reason: FailureReason;
  /** `never`: it was nobody's fault · `counts`: so often as the job allows · `ends`: it is not tried again. */
  loss: 'never' | 'counts' | 'ends';
}

const RELEASES = {
  shutdown: { why: 'the worker shut down', reason: 'runner_lost', loss: 'never' },
  crashed: { why: 'its training process died', reason: 'runner_lost', loss: 'counts' },
  hung: { why: 'its training stood still', reason: 'hung', loss: 'counts' },
} as const satisfies Record<ReleaseReason, Interruption>;

/** The worker hands its job back: it waits again, unless a stop was asked for or it was lost too often. */
export async function releaseLease(
  db: Db,
  caller: Caller,
  key: LeaseKey,
  reason: ReleaseReason,
): Promise<Changed> {
  return db.transaction(async (tx) => {
    const job = await holdLease(tx, caller, key);
    return endOrQueue(tx, caller.workspace, job, RELEASES[reason]);
  });
}

/**
 * Takes away the leases that ran out, ends what took too long, and queues what has waited long enough. A runner's job goes to another; a
 * tab's run has failed as `runner_lost`, since nobody else may take it. Returns the runs that changed.
 */
export async function sweepLeases(db: Db, workspace: string): Promise<Run[]> {
  const time = Date.now();
  const overdue = and(
    eq(jobs.workspace, workspace),
    eq(jobs.state, 'leased'),
    or(lt(jobs.leaseExpiresAt, time), lt(jobs.deadline, time)),
  );
  const due = and(eq(jobs.workspace, workspace), eq(jobs.state, 'waiting'), lt(jobs.notBefore, time));
  const any = await db.select({ id: jobs.id }).from(jobs).where(or(overdue, due)).limit(1).get();
  if (!any) return [];
  return db.transaction(async (tx) => {
    const swept: Run[] = [];
    for (const job of await tx.select().from(jobs).where(overdue).all())
      swept.push(...(await endOrQueue(tx, workspace, job, whatBefell(job, time))));
    return [...swept, ...(await queueWhatIsDue(tx, workspace))];
  });
}

function whatBefell(job: JobRow, time: number): Interruption {
  if (job.deadline !== null && job.deadline < time)
    return { why: `it took longer than ${job.timeoutMs! / 1000} s`, reason: 'timed_out', loss: 'ends' };
  const loss = job.on === 'browser' ? 'ends' : 'counts';
  return { why: 'its worker stopped answering', reason: 'runner_lost', loss };
}

/** When something is to be looked at next (a lease, a deadline, a delay), milliseconds since 1970; null: nothing is. */
export async function nextDue(db: Db, workspace: string): Promise<number | null> {
  const held = and(eq(jobs.workspace, workspace), eq(jobs.state, 'leased'));
  const waiting = and(eq(jobs.workspace, workspace), eq(jobs.state, 'waiting'));
  const [lease, delay] = await Promise.all([
    db
      .select({ expiry: min(jobs.leaseExpiresAt), deadline: min(jobs.deadline) })
      .from(jobs)
      .where(held)
      .get(),
    db
      .select({ at: min(jobs.notBefore) })
      .from(jobs)
      .where(waiting)
      .get(),
  ]);
  const times = [lease?.expiry, lease?.deadline, delay?.at].filter((time) => typeof time === 'number');
  return times.length > 0 ? Math.min(...times) : null;
}

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 5 * 60_000;
/** Before the attempt that follows so many losses: the first at once, then twice as long each time. */
const delayAfter = (losses: number): number =>
  losses <= 1 ? 0 : Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (losses - 2));

async function endOrQueue(
  db: Db,
  workspace: string,
  job: JobRow,
  { why, reason, loss }: Interruption,
): Promise<Changed> {
  const { stopRequested, attempts } = await getRun(db, workspace, job.run);
  const losses = job.losses + (loss === 'never' ? 0 : 1);
  const dead = loss === 'counts' && losses >= job.maxAttempts;
  const ended = stopRequested || loss === 'ends' || dead;
  const delay = ended ? 0 : delayAfter(losses);
  await endAttempt(
    db,
    workspace,
    job,
    loss === 'never' ? 'handed back' : 'lost',
    loss === 'never' ? null : reason,
  );
  await db
    .update(jobs)
    .set({
      ...unheld,
      state: dead && !stopRequested ? 'dead' : ended ? 'done' : delay > 0 ? 'waiting' : 'queued',
      notBefore: delay > 0 ? Date.now() + delay : null,
      losses,
    })
    .where(and(eq(jobs.workspace, workspace), eq(jobs.id, job.id)));
  if (!ended) return [await updateRun(db, workspace, job.run, { state: 'queued', progress: null })];
  if (stopRequested) return endRun(db, workspace, job.run, { state: 'stopped' });
  const message = `${why} (attempt ${attempts}); resume goes on from the last checkpoint`;
  return endRun(db, workspace, job.run, { state: 'failed', reason, message });
}

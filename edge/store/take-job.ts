/**
 * Which job a worker gets: of those that it can do, the highest priority; among equals the project with the fewest jobs at work, then
 * the oldest. One statement, so one winner. Of each lane (jobs that need the same, of one project) only the head is looked at, which
 * the index finds, however many wait behind it.
 */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { LEASE_MS } from '../../shared/api/routes/jobs.ts';
import type { JobRequirements } from '../../shared/schema/job.ts';
import type { RunnerCapabilities } from '../../shared/schema/run.ts';
import type { Db } from './db.ts';
import type { Caller } from './look-up.ts';
import { jobAttempts, jobs } from './schema/jobs.ts';

export type JobRow = typeof jobs.$inferSelect;

export interface Worker {
  runner: string | null;
  device: string;
  /** null: it is given only what requires nothing. */
  capabilities: RunnerCapabilities | null;
}

/** Bytes are rounded up to a power of two from here on, so that there are few lanes. */
const LEAST_BYTES = 1024 * 1024;

export function laneOf(project: string, requires: JobRequirements, datasetBytes: number): string {
  const bytes = 2 ** Math.ceil(Math.log2(Math.max(datasetBytes, LEAST_BYTES)));
  const needs = Object.entries(requires).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([project, bytes, ...needs]);
}

/** Leases the next job of the queue to a runner; null when none waits that it can do. */
export function takeNextJob(db: Db, caller: Caller, worker: Worker): Promise<JobRow | null> {
  const { workspace } = caller;
  const inQueue = sql`workspace = ${workspace} AND "on" = 'runner' AND state = 'queued'`;
  return lease(
    db,
    caller,
    worker,
    sql`(
    WITH RECURSIVE
      lanes(lane) AS (
        SELECT min(lane) FROM jobs WHERE ${inQueue}
        UNION ALL
        SELECT (SELECT min(lane) FROM jobs WHERE ${inQueue} AND lane > lanes.lane) FROM lanes WHERE lanes.lane IS NOT NULL
      ),
      heads(id) AS (
        SELECT (SELECT id FROM jobs WHERE ${inQueue} AND lane = lanes.lane ORDER BY priority DESC, queued_at, id LIMIT 1)
        FROM lanes WHERE lane IS NOT NULL
      ),
      busy(project, jobs) AS (
        SELECT project, count(*) FROM jobs WHERE workspace = ${workspace} AND state = 'leased' GROUP BY project
      )
    SELECT head.id
    FROM heads JOIN jobs head ON head.workspace = ${workspace} AND head.id = heads.id LEFT JOIN busy ON busy.project = head.project
    WHERE ${canDo(worker.capabilities)}
    ORDER BY head.priority DESC, coalesce(busy.jobs, 0), head.queued_at, head.id LIMIT 1)`,
  );
}

/** Leases the job of this browser run to the tab that asks; null when it does not wait. */
export function takeJobOf(db: Db, caller: Caller, run: string, device: string): Promise<JobRow | null> {
  const which = sql`(SELECT id FROM jobs
    WHERE workspace = ${caller.workspace} AND run = ${run} AND "on" = 'browser' AND state = 'queued')`;
  return lease(db, caller, { runner: null, device }, which);
}

/** That the job `head` requires no more than there is. */
function canDo(offered: RunnerCapabilities | null): SQL {
  const required = (path: string) => sql`coalesce(json_extract(head.requires, ${`$.${path}`}), 0)`;
  return sql`${required('gpuMemoryBytes')} <= ${offered?.gpuMemoryBytes ?? 0}
    AND ${required('memoryBytes')} <= ${offered?.memoryBytes ?? 0}
    AND ${required('libtensorflow')} <= ${offered?.libtensorflow ? 1 : 0}
    AND head.dataset_bytes <= ${offered?.maxDatasetBytes ?? Number.MAX_SAFE_INTEGER}
    AND NOT EXISTS (SELECT 1 FROM json_each(head.requires, '$.labels') needed
      WHERE needed.value NOT IN (SELECT value FROM json_each(${JSON.stringify(offered?.labels ?? [])})))`;
}

async function lease(
  db: Db,
  { workspace, token }: Caller,
  { runner, device }: Omit<Worker, 'capabilities'>,
  id: SQL,
): Promise<JobRow | null> {
  const time = Date.now();
  const taken = await db
    .update(jobs)
    .set({
      state: 'leased',
      fence: sql`${jobs.fence} + 1`,
      holder: token,
      runner,
      leaseExpiresAt: time + LEASE_MS,
      deadline: sql`${time} + ${jobs.timeoutMs}`,
    })
    .where(and(eq(jobs.workspace, workspace), sql`${jobs.id} = ${id}`))
    .returning()
    .get();
  if (!taken) return null;
  const startedAt = new Date(time).toISOString();
  await db
    .insert(jobAttempts)
    .values({ workspace, job: taken.id, fence: taken.fence, runner, device, startedAt });
  return taken;
}

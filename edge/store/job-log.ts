/** Logs of jobs: what a training's process and its runner said, a line each. */
import { and, asc, eq, gt, or } from 'drizzle-orm';
import type { LogLine } from '../../shared/schema/job.ts';
import { contains } from './contains.ts';
import type { Db } from './db.ts';
import { holdLease, type LeaseKey } from './leases.ts';
import type { Caller } from './look-up.ts';
import { getRun } from './runs.ts';
import { logLines } from './schema/jobs.ts';

export type StoredLine = LogLine & { fence: number };

/** Adds lines; one sent again changes nothing. Returns the run's id. */
export async function addLogLines(db: Db, caller: Caller, key: LeaseKey, lines: LogLine[]): Promise<string> {
  return db.transaction(async (tx) => {
    const { run } = await holdLease(tx, caller, key);
    await tx
      .insert(logLines)
      .values(lines.map((line) => ({ workspace: caller.workspace, ...key, ...line })))
      .onConflictDoNothing();
    return run;
  });
}

export interface LogQuery {
  /** Part of the text, whatever the case. */
  search?: string | undefined;
  /** Only what comes behind this line. */
  after?: { fence: number; line: number } | undefined;
  limit: number;
}

/** A run's log, attempt by attempt. */
export async function readLog(
  db: Db,
  workspace: string,
  run: string,
  { search, after, limit }: LogQuery,
): Promise<StoredLine[]> {
  const { job } = await getRun(db, workspace, run);
  const { fence, line, at, level, text } = logLines;
  return db
    .select({ fence, line, at, level, text })
    .from(logLines)
    .where(
      and(
        eq(logLines.workspace, workspace),
        eq(logLines.job, job),
        search === undefined ? undefined : contains(text, search),
        after && or(gt(fence, after.fence), and(eq(fence, after.fence), gt(line, after.line))),
      ),
    )
    .orderBy(asc(fence), asc(line))
    .limit(limit)
    .all();
}

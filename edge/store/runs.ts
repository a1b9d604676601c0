/** Runs as their owner sees and steers them; jobs.ts has the worker's side. */
import { and, desc, eq, getTableColumns, lt } from 'drizzle-orm';
import { AppError } from '../../shared/errors.ts';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import { isEnded, type Place, type Run } from '../../shared/schema/run.ts';
import { type Db, now } from './db.ts';
import { findProject } from './projects.ts';
import { jobs, metricPoints, runs } from './schema.ts';

const { workspace: _, ...columns } = getTableColumns(runs);
/** What `RETURNING` gives back of a run. */
export const runColumns = columns;

export async function listRuns(
  db: Db,
  workspace: string,
  projectName: string,
  { limit, before }: { limit: number; before?: string | undefined },
): Promise<Run[]> {
  const project = await findProject(db, workspace, projectName);
  const mine = and(eq(runs.workspace, workspace), eq(runs.project, project));
  return db
    .select(runColumns)
    .from(runs)
    .where(before ? and(mine, lt(runs.id, before)) : mine)
    .orderBy(desc(runs.id))
    .limit(limit)
    .all();
}

export async function getRun(db: Db, workspace: string, id: string): Promise<Run> {
  const row = await db
    .select(runColumns)
    .from(runs)
    .where(and(eq(runs.workspace, workspace), eq(runs.id, id)))
    .get();
  if (!row) throw new AppError('not_found', `there is no run "${id}"`);
  return row;
}

export async function getRunMetrics(db: Db, workspace: string, id: string): Promise<MetricPoint[]> {
  await getRun(db, workspace, id);
  const { workspace: _, run: __, ...columns } = getTableColumns(metricPoints);
  return db
    .select(columns)
    .from(metricPoints)
    .where(and(eq(metricPoints.workspace, workspace), eq(metricPoints.run, id)))
    .orderBy(metricPoints.step, metricPoints.split, metricPoints.name)
    .all();
}

/** A queued run ends at once; a running one learns of it at its worker's next heartbeat. */
export async function stopRun(db: Db, workspace: string, id: string): Promise<Run> {
  return db.transaction(async (tx) => {
    const run = await getRun(tx, workspace, id);
    if (isEnded(run.state)) return run;
    if (run.state === 'running') return updateRun(tx, workspace, id, { stopRequested: true });
    await tx
      .update(jobs)
      .set({ state: 'done' })
      .where(and(eq(jobs.workspace, workspace), eq(jobs.id, run.job)));
    return updateRun(tx, workspace, id, { state: 'stopped', stopRequested: true, endedAt: now() });
  });
}

/** A running one ends its training at its next step, and goes on to be measured and kept. */
export async function finishRun(db: Db, workspace: string, id: string): Promise<Run> {
  return db.transaction(async (tx) => {
    const { state } = await getRun(tx, workspace, id);
    if (state === 'running') return updateRun(tx, workspace, id, { finishRequested: true });
    throw new AppError('conflict', `run ${id} is ${state}; only a running run can be finished early`);
  });
}

/** Queues a stopped or failed run again; whoever takes it finds the last checkpoint. */
export async function resumeRun(db: Db, workspace: string, id: string, on: Place | undefined): Promise<Run> {
  return db.transaction(async (tx) => {
    const run = await getRun(tx, workspace, id);
    if (run.state !== 'stopped' && run.state !== 'failed')
      throw new AppError(
        'conflict',
        `run ${id} is ${run.state}; only a stopped or failed run can be resumed`,
      );
    const place = on ?? run.on;
    await tx
      .update(jobs)
      .set({ state: 'queued', on: place, holder: null, runner: null, artifact: null, queuedAt: now() })
      .where(and(eq(jobs.workspace, workspace), eq(jobs.id, run.job)));
    return updateRun(tx, workspace, id, {
      state: 'queued',
      on: place,
      reason: null,
      message: null,
      stopRequested: false,
      finishRequested: false,
      progress: null,
      endedAt: null,
    });
  });
}

export async function updateRun(
  db: Db,
  workspace: string,
  id: string,
  set: Partial<typeof runs.$inferInsert>,
): Promise<Run> {
  const changed = await db
    .update(runs)
    .set(set)
    .where(and(eq(runs.workspace, workspace), eq(runs.id, id)))
    .returning(runColumns)
    .get();
  if (!changed) throw new AppError('not_found', `there is no run "${id}"`);
  return changed;
}

/** Runs as their owner sees and steers them; jobs.ts has the worker's side. */
import { and, asc, desc, eq, getTableColumns, lt, or, type SQL, sql } from 'drizzle-orm';
import type { RunSort } from '../../shared/api/routes/runs.ts';
import { AppError } from '../../shared/errors.ts';
import { traitsOf } from '../../shared/schema/metric.ts';
import type { Run, RunState } from '../../shared/schema/run.ts';
import { contains } from './contains.ts';
import type { Db } from './db.ts';
import { findProject } from './projects.ts';
import { runs } from './schema/runs.ts';

const { workspace: _, ...columns } = getTableColumns(runs);
/** What `RETURNING` gives back of a run. */
export const runColumns = columns;

export interface RunQuery {
  limit: number;
  before?: string | undefined;
  search?: string | undefined;
  state?: RunState | undefined;
  sort: RunSort;
}

export async function listRuns(
  db: Db,
  workspace: string,
  projectName: string,
  { limit, before, search, state, sort }: RunQuery,
): Promise<Run[]> {
  const project = await findProject(db, workspace, projectName);
  const rank = rankBy(sort);
  return db
    .select(runColumns)
    .from(runs)
    .where(
      and(
        eq(runs.workspace, workspace),
        eq(runs.project, project),
        state && eq(runs.state, state),
        search === undefined
          ? undefined
          : or(contains(runs.name, search), contains(runs.model, search), contains(runs.id, search)),
        before === undefined ? undefined : behind(db, workspace, before, rank),
      ),
    )
    .orderBy(...(rank ? [asc(rank)] : []), desc(runs.id))
    .limit(limit)
    .all();
}

/** What is better is less; null: by age alone. Runs without the metric come behind all others. */
function rankBy(sort: RunSort): SQL<number> | null {
  if (sort === 'created') return null;
  const sign = traitsOf(sort).better === 'less' ? 1 : -1;
  return sql<number>`coalesce(${sign} * json_extract(${runs.metrics}, ${`$.test.${sort}`}), 9e999)`;
}

/** Those that come after the run of this id. */
function behind(db: Db, workspace: string, id: string, rank: SQL<number> | null): SQL | undefined {
  if (!rank) return lt(runs.id, id);
  const place = db
    .select({ rank })
    .from(runs)
    .where(and(eq(runs.workspace, workspace), eq(runs.id, id)));
  return or(sql`${rank} > (${place})`, and(sql`${rank} = (${place})`, lt(runs.id, id)));
}

export async function findRun(db: Db, workspace: string, id: string): Promise<Run | null> {
  const row = await db
    .select(runColumns)
    .from(runs)
    .where(and(eq(runs.workspace, workspace), eq(runs.id, id)))
    .get();
  return row ?? null;
}

export async function getRun(db: Db, workspace: string, id: string): Promise<Run> {
  const row = await findRun(db, workspace, id);
  if (!row) throw new AppError('not_found', `there is no run "${id}"`);
  return row;
}

/** A running one ends its training at its next step, and goes on to be measured and kept. */
export async function finishRun(db: Db, workspace: string, id: string): Promise<Run> {
  return db.transaction(async (tx) => {
    const { state } = await getRun(tx, workspace, id);
    if (state === 'running') return updateRun(tx, workspace, id, { finishRequested: true });
    throw new AppError('conflict', `run ${id} is ${state}; only a running run can be finished early`);
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

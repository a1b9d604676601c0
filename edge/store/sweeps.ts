/** Searches and their trials: rows. What is tried next is edge/sweeps/. */
import { and, asc, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import { AppError } from '../../shared/errors.ts';
import type { MetricName } from '../../shared/schema/metric.ts';
import type { Run } from '../../shared/schema/run.ts';
import type { Trial } from '../../shared/schema/sweep.ts';
import type { Sweep, SweepTrial } from '../../shared/schema/sweep-view.ts';
import type { Db } from './db.ts';
import { findProject } from './projects.ts';
import { modelVersions } from './schema/models.ts';
import { metricPoints, runs } from './schema/runs.ts';
import { sweeps, trials } from './schema/sweeps.ts';

export type SweepRow = typeof sweeps.$inferSelect;
export type TrialRow = typeof trials.$inferSelect;

const count = sql<number>`(SELECT count(*) FROM trials WHERE trials.workspace = sweeps.workspace AND trials.sweep = sweeps.id)`;
const { id, name, datasetVersion, model, state, message, createdAt, endedAt } = getTableColumns(sweeps);
const columns = { id, name, datasetVersion, model, state, message, createdAt, endedAt, trials: count };

export async function listSweeps(db: Db, workspace: string, projectName: string): Promise<Sweep[]> {
  const project = await findProject(db, workspace, projectName);
  return db
    .select(columns)
    .from(sweeps)
    .where(and(eq(sweeps.workspace, workspace), eq(sweeps.project, project)))
    .orderBy(desc(sweeps.id))
    .all();
}

const one = (workspace: string, id: string) => and(eq(sweeps.workspace, workspace), eq(sweeps.id, id));
const noSweep = (id: string) => new AppError('not_found', `there is no sweep "${id}"`);

export async function getSweep(db: Db, workspace: string, id: string): Promise<Sweep> {
  const row = await db.select(columns).from(sweeps).where(one(workspace, id)).get();
  if (!row) throw noSweep(id);
  return row;
}

export async function findSweep(db: Db, workspace: string, id: string): Promise<SweepRow> {
  const row = await db.select().from(sweeps).where(one(workspace, id)).get();
  if (!row) throw noSweep(id);
  return row;
}

export async function runningSweeps(db: Db, workspace: string): Promise<string[]> {
  const rows = await db
    .select({ id: sweeps.id })
    .from(sweeps)
    .where(and(eq(sweeps.workspace, workspace), eq(sweeps.state, 'running')))
    .all();
  return rows.map(({ id }) => id);
}

export async function updateSweep(
  db: Db,
  { workspace, id }: Pick<SweepRow, 'workspace' | 'id'>,
  set: Partial<SweepRow>,
): Promise<void> {
  await db.update(sweeps).set(set).where(one(workspace, id));
}

/** Takes the next number for a trial; false where another has taken it meanwhile. */
export async function addTrial(db: Db, trial: TrialRow): Promise<boolean> {
  const added = await db
    .insert(trials)
    .values(trial)
    .onConflictDoNothing()
    .returning({ number: trials.number });
  return added.length > 0;
}

export async function updateTrial(
  db: Db,
  { workspace, sweep, number }: Pick<TrialRow, 'workspace' | 'sweep' | 'number'>,
  set: Partial<TrialRow>,
): Promise<void> {
  await db
    .update(trials)
    .set(set)
    .where(and(eq(trials.workspace, workspace), eq(trials.sweep, sweep), eq(trials.number, number)));
}

export interface FoundTrial extends SweepTrial {
  pruned: boolean;
}

/** All trials in the order of their numbers, with how each went. `metrics`: of the objectives, the first is what is reported. */
export async function readTrials(
  db: Db,
  { workspace, id, pricePerHour }: SweepRow,
  metrics: readonly MetricName[],
): Promise<FoundTrial[]> {
  const rows = await db
    .select({ trial: trials, run: runs, size: modelVersions.size })
    .from(trials)
    .leftJoin(runs, and(eq(runs.workspace, trials.workspace), eq(runs.id, trials.run)))
    .leftJoin(
      modelVersions,
      and(eq(modelVersions.workspace, runs.workspace), eq(modelVersions.id, runs.modelVersion)),
    )
    .where(and(eq(trials.workspace, workspace), eq(trials.sweep, id)))
    .orderBy(asc(trials.number))
    .all();
  const points = await db
    .select({ run: metricPoints.run, epoch: metricPoints.epoch, value: metricPoints.value })
    .from(metricPoints)
    .innerJoin(trials, and(eq(trials.workspace, metricPoints.workspace), eq(trials.run, metricPoints.run)))
    .where(
      and(
        eq(trials.workspace, workspace),
        eq(trials.sweep, id),
        eq(metricPoints.split, 'validation'),
        inArray(metricPoints.name, metrics.slice(0, 1)),
      ),
    )
    .orderBy(metricPoints.run, metricPoints.step)
    .all();
  const reportsOf = Map.groupBy(points, ({ run }) => run);
  return rows.map(({ trial, run, size }): FoundTrial => {
    const reports = (reportsOf.get(trial.run) ?? [])
      .map(({ epoch, value }) => ({ epoch: Math.round(epoch), value }))
      .filter(({ epoch }) => epoch >= 1);
    const { number, parameters, epochs, from, template, pruned, problem } = trial;
    const values = metrics.map((metric) => run?.metrics?.validation[metric]);
    return {
      ...{ number, parameters, epochs, template, pruned, reports, run: trial.run },
      ...(from !== null && { from }),
      ...(values.every((value) => value !== undefined) && { values }),
      problem: problem ?? run?.message ?? null,
      state: stateOf(trial, run, reports),
      runState: run?.state ?? null,
      metrics: run?.metrics ?? null,
      modelVersion: run?.modelVersion ?? null,
      measures: { ...trial.measures, ...measured(run, size, pricePerHour) },
    };
  });
}

type RunRow = typeof runs.$inferSelect | null;

function stateOf(
  { problem, pruned, epochs }: TrialRow,
  run: RunRow,
  reports: Trial['reports'],
): Trial['state'] {
  if (problem !== null) return 'infeasible';
  if (!run || run.state === 'queued') return 'waiting';
  if (run.state === 'running') return 'running';
  if (run.state === 'failed') return 'failed';
  const arrived = epochs !== null && (reports.at(-1)?.epoch ?? 0) >= epochs;
  return pruned || (run.state === 'stopped' && !arrived) ? 'pruned' : 'finished';
}

/** What is only known when it has been trained. */
function measured(
  run: Pick<Run, 'startedAt' | 'endedAt'> | null,
  artifactBytes: number | null,
  pricePerHour: number | null,
): NonNullable<Trial['measures']> {
  const seconds =
    run?.startedAt && run.endedAt ? (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000 : null;
  return {
    ...(artifactBytes !== null && { artifactBytes }),
    ...(seconds !== null && { trainingSeconds: seconds }),
    ...(seconds !== null && pricePerHour !== null && { cost: (seconds / 3600) * pricePerHour }),
  };
}

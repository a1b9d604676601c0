/** Runners that announced themselves. */
import { and, desc, eq, getTableColumns, gt } from 'drizzle-orm';
import type { Runner, RunnerCapabilities, RunnerUsage } from '../../shared/schema/run.ts';
import { type Db, now } from './db.ts';
import { jobs, runners } from './schema/jobs.ts';
import { endpoints } from './schema/models.ts';
import { predictionJobs } from './schema/predictions.ts';
import { runs } from './schema/runs.ts';
import { projects } from './schema/workspaces.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Samples of usage that are kept of each. */
const USAGE_KEPT = 120;

const { workspace: _, ...columns } = getTableColumns(runners);

interface Announced {
  id: string;
  name: string;
  device: string;
  capabilities?: RunnerCapabilities | undefined;
  usage?: RunnerUsage | undefined;
}

export async function registerRunner(
  db: Db,
  workspace: string,
  { id, name, device, capabilities, usage }: Announced,
): Promise<Runner> {
  return db.transaction(async (tx) => {
    const known = await tx
      .select({ usage: runners.usage })
      .from(runners)
      .where(and(eq(runners.workspace, workspace), eq(runners.id, id)))
      .get();
    const seen = {
      ...{ name, device, lastSeenAt: now(), capabilities: capabilities ?? null },
      usage: [...(known?.usage ?? []), ...(usage ? [usage] : [])].slice(-USAGE_KEPT),
    };
    const row = await tx
      .insert(runners)
      .values({ workspace, id, ...seen })
      .onConflictDoUpdate({ target: [runners.workspace, runners.id], set: seen })
      .returning(columns)
      .get();
    const [runner] = await withWork(tx, workspace, [row]);
    return runner!;
  });
}

export async function listRunners(db: Db, workspace: string): Promise<Runner[]> {
  const yesterday = new Date(Date.now() - DAY_MS).toISOString();
  const seen = await db
    .select(columns)
    .from(runners)
    .where(and(eq(runners.workspace, workspace), gt(runners.lastSeenAt, yesterday)))
    .orderBy(desc(runners.lastSeenAt))
    .all();
  return withWork(db, workspace, seen);
}

/** Adds what each works on. */
async function withWork(
  db: Db,
  workspace: string,
  seen: Omit<Runner, 'runs' | 'batches'>[],
): Promise<Runner[]> {
  const [runsOf, batchesOf] = [await workedRuns(db, workspace), await workedBatches(db, workspace)];
  return seen.map((runner) => ({
    ...runner,
    runs: (runsOf.get(runner.id) ?? []).map(({ runner: _, ...run }) => run),
    batches: (batchesOf.get(runner.id) ?? []).map(({ runner: _, batch, progress, ...one }) => ({
      ...{ ...one, dataset: batch!.dataset.name },
      share: progress!.rows / batch!.dataset.rows,
    })),
  }));
}

async function workedRuns(db: Db, workspace: string) {
  const held = await db
    .select({ runner: jobs.runner, id: runs.id, name: runs.name, project: projects.name })
    .from(jobs)
    .innerJoin(runs, and(eq(runs.workspace, jobs.workspace), eq(runs.id, jobs.run)))
    .innerJoin(projects, and(eq(projects.workspace, jobs.workspace), eq(projects.id, jobs.project)))
    .where(and(eq(jobs.workspace, workspace), eq(jobs.state, 'leased')))
    .orderBy(runs.id)
    .all();
  return Map.groupBy(held, ({ runner }) => runner);
}

async function workedBatches(db: Db, workspace: string) {
  const { id, runner, endpoint, batch, progress } = getTableColumns(predictionJobs);
  const held = await db
    .select({ ...{ id, runner, endpoint, batch, progress }, project: projects.name })
    .from(predictionJobs)
    .innerJoin(
      endpoints,
      and(eq(endpoints.workspace, predictionJobs.workspace), eq(endpoints.name, endpoint)),
    )
    .innerJoin(projects, and(eq(projects.workspace, endpoints.workspace), eq(projects.id, endpoints.project)))
    .where(
      and(
        eq(predictionJobs.workspace, workspace),
        eq(predictionJobs.worker, 'runner'),
        eq(predictionJobs.state, 'running'),
      ),
    )
    .orderBy(id)
    .all();
  return Map.groupBy(held, ({ runner }) => runner);
}

/** Notes that it is there; returns what it has to offer. */
export async function touchRunner(db: Db, workspace: string, id: string): Promise<RunnerCapabilities | null> {
  const row = await db
    .update(runners)
    .set({ lastSeenAt: now() })
    .where(and(eq(runners.workspace, workspace), eq(runners.id, id)))
    .returning({ capabilities: runners.capabilities })
    .get();
  return row?.capabilities ?? null;
}

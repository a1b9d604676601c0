/** Runners that announced themselves. */
import { and, desc, eq, getTableColumns, gt } from 'drizzle-orm';
import type { Runner, RunnerCapabilities, RunnerUsage } from '../../shared/schema/run.ts';
import { type Db, now } from './db.ts';
import { jobs, runners } from './schema/jobs.ts';
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
    const [runner] = await withRuns(tx, workspace, [row]);
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
  return withRuns(db, workspace, seen);
}

/** Adds what each works on. */
async function withRuns(db: Db, workspace: string, seen: Omit<Runner, 'runs'>[]): Promise<Runner[]> {
  const held = await db
    .select({ runner: jobs.runner, id: runs.id, name: runs.name, project: projects.name })
    .from(jobs)
    .innerJoin(runs, and(eq(runs.workspace, jobs.workspace), eq(runs.id, jobs.run)))
    .innerJoin(projects, and(eq(projects.workspace, jobs.workspace), eq(projects.id, jobs.project)))
    .where(and(eq(jobs.workspace, workspace), eq(jobs.state, 'leased')))
    .orderBy(runs.id)
    .all();
  const of = Map.groupBy(held, ({ runner }) => runner);
  return seen.map((runner) => ({
    ...runner,
    runs: (of.get(runner.id) ?? []).map(({ runner: _, ...run }) => run),
  }));
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

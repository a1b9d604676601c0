/** Runners that announced themselves. */
import { and, desc, eq, getTableColumns, gt, sql } from 'drizzle-orm';
import type { Runner } from '../../shared/schema/run.ts';
import { type Db, now } from './db.ts';
import { runners } from './schema.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

const { workspace: _, ...columns } = getTableColumns(runners);
const currentRun = sql<string | null>`(SELECT run FROM jobs
  WHERE jobs.workspace = runners.workspace AND jobs.runner = runners.id AND jobs.state = 'leased' LIMIT 1)`;

export async function registerRunner(
  db: Db,
  workspace: string,
  { id, name, device }: { id: string; name: string; device: string },
): Promise<Runner> {
  const seen = { name, device, lastSeenAt: now() };
  return db
    .insert(runners)
    .values({ workspace, id, ...seen })
    .onConflictDoUpdate({ target: [runners.workspace, runners.id], set: seen })
    .returning({ ...columns, run: currentRun })
    .get();
}

export async function listRunners(db: Db, workspace: string): Promise<Runner[]> {
  const yesterday = new Date(Date.now() - DAY_MS).toISOString();
  return db
    .select({ ...columns, run: currentRun })
    .from(runners)
    .where(and(eq(runners.workspace, workspace), gt(runners.lastSeenAt, yesterday)))
    .orderBy(desc(runners.lastSeenAt))
    .all();
}

export async function touchRunner(db: Db, workspace: string, id: string): Promise<void> {
  await db
    .update(runners)
    .set({ lastSeenAt: now() })
    .where(and(eq(runners.workspace, workspace), eq(runners.id, id)));
}

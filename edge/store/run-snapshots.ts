/** What a run's model said on its way: some of its snapshots. */
import { and, eq, inArray } from 'drizzle-orm';
import { SNAPSHOTS_KEPT, type Snapshot } from '../../shared/schema/snapshot.ts';
import type { Db } from './db.ts';
import { holdLease, type LeaseKey } from './leases.ts';
import type { Caller } from './look-up.ts';
import { getRun } from './runs.ts';
import { runSnapshots } from './schema/runs.ts';
import { thinSteps } from './thin-steps.ts';

/** Adds one; one of the same step is replaced. Returns the run's id. */
export async function addJobSnapshot(
  db: Db,
  caller: Caller,
  key: LeaseKey,
  snapshot: Snapshot,
): Promise<string> {
  return db.transaction(async (tx) => {
    const { run } = await holdLease(tx, caller, key);
    const { workspace } = caller;
    const row = { workspace, run, step: snapshot.step, snapshot };
    await tx
      .insert(runSnapshots)
      .values(row)
      .onConflictDoUpdate({
        target: [runSnapshots.workspace, runSnapshots.run, runSnapshots.step],
        set: { snapshot },
      });
    const ofRun = and(eq(runSnapshots.workspace, workspace), eq(runSnapshots.run, run));
    const kept = await tx
      .select({ step: runSnapshots.step })
      .from(runSnapshots)
      .where(ofRun)
      .orderBy(runSnapshots.step)
      .all();
    const gone = thinSteps(
      kept.map(({ step }) => step),
      SNAPSHOTS_KEPT,
    );
    if (gone.length > 0) await tx.delete(runSnapshots).where(and(ofRun, inArray(runSnapshots.step, gone)));
    return run;
  });
}

export async function getRunSnapshots(db: Db, workspace: string, id: string): Promise<Snapshot[]> {
  await getRun(db, workspace, id);
  const rows = await db
    .select({ snapshot: runSnapshots.snapshot })
    .from(runSnapshots)
    .where(and(eq(runSnapshots.workspace, workspace), eq(runSnapshots.run, id)))
    .orderBy(runSnapshots.step)
    .all();
  return rows.map(({ snapshot }) => snapshot);
}

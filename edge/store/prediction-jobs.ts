/**
 * Jobs of prediction. To take one up is one UPDATE that raises its fence and says until when it is held; every later write names the
 * fence, so that of two that hold a job by accident only the later one writes.
 */
import { and, desc, eq, inArray, lte, type SQL, sql } from 'drizzle-orm';
import { LEASE_MS } from '../../shared/api/routes/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { type Db, now } from './db.ts';
import { keptAnswer } from './idempotency-keys.ts';
import { idempotencyKeys, predictionJobs } from './schema/predictions.ts';

export type PredictionJob = typeof predictionJobs.$inferSelect;
type NewJob = typeof predictionJobs.$inferInsert;

/** An endpoint of a workspace, by its name. */
export interface Place {
  workspace: string;
  endpoint: string;
}

const HOUR = 3_600_000;
export const KEPT_MS = { prediction: 24 * HOUR, batch: 7 * 24 * HOUR };

const at = ({ workspace, endpoint }: Place) =>
  and(eq(predictionJobs.workspace, workspace), eq(predictionJobs.endpoint, endpoint));
const one = ({ workspace, id }: Pick<PredictionJob, 'workspace' | 'id'>) =>
  and(eq(predictionJobs.workspace, workspace), eq(predictionJobs.id, id));

/** The same id said twice makes one job. */
export async function addPredictionJob(
  db: Db,
  job: Pick<NewJob, 'workspace' | 'id' | 'kind' | 'endpoint' | 'requestId' | 'batch' | 'progress'>,
  callback: string | undefined,
): Promise<PredictionJob> {
  const created = Date.now();
  await db
    .insert(predictionJobs)
    .values({
      ...job,
      state: 'queued',
      dueAt: created,
      ...(callback !== undefined && { callback, delivery: 'waiting' as const }),
      createdAt: new Date(created).toISOString(),
      expiresAt: created + KEPT_MS[job.kind],
    })
    .onConflictDoNothing();
  return getPredictionJob(db, job, job.kind, job.id);
}

export async function getPredictionJob(
  db: Db,
  place: Place,
  kind: PredictionJob['kind'],
  id: string,
): Promise<PredictionJob> {
  const row = await db
    .select()
    .from(predictionJobs)
    .where(and(at(place), eq(predictionJobs.kind, kind), eq(predictionJobs.id, id)))
    .get();
  if (!row) throw new AppError('not_found', `"${place.endpoint}" has no ${kind} "${id}"`);
  return row;
}

/** A batch that a runner holds by this fence. Throws AppError `stale_fence`. */
export async function getHeldBatch(
  db: Db,
  workspace: string,
  { batch, fence }: { batch: string; fence: number },
): Promise<PredictionJob> {
  const row = await db
    .select()
    .from(predictionJobs)
    .where(and(one({ workspace, id: batch }), eq(predictionJobs.kind, 'batch')))
    .get();
  if (!row) throw new AppError('not_found', `there is no batch "${batch}"`);
  if (row.fence !== fence || row.worker !== 'runner') throw noLongerHeld(row, fence);
  return row;
}

export const noLongerHeld = ({ id, fence: current, state }: PredictionJob, fence: number) =>
  new AppError(
    'stale_fence',
    `fence ${fence} no longer holds ${id}: another runner took it, or it was ended`,
    { details: { fence, current, state } },
  );

const LISTED = 50;
export async function listBatchJobs(db: Db, place: Place): Promise<PredictionJob[]> {
  return db
    .select()
    .from(predictionJobs)
    .where(and(at(place), eq(predictionJobs.kind, 'batch')))
    .orderBy(desc(predictionJobs.id))
    .limit(LISTED)
    .all();
}

/** Takes up the endpoint's job that has waited longest; null when none waits. */
export function takeDueJob(db: Db, { workspace, endpoint }: Place): Promise<PredictionJob | null> {
  return take(db, workspace, sql`worker = 'edge' AND endpoint = ${endpoint}`);
}

/** The same of what waits for a runner. */
export function takeDueBatch(db: Db, workspace: string, runner: string): Promise<PredictionJob | null> {
  return take(db, workspace, sql`worker = 'runner'`, { runner });
}

async function take(
  db: Db,
  workspace: string,
  which: SQL,
  change: Partial<NewJob> = {},
): Promise<PredictionJob | null> {
  const time = Date.now();
  const oldest = sql`(SELECT id FROM prediction_jobs WHERE workspace = ${workspace} AND ${which}
    AND due_at <= ${time} ORDER BY due_at, id LIMIT 1)`;
  const taken = await db
    .update(predictionJobs)
    .set({
      state: 'running',
      fence: sql`${predictionJobs.fence} + 1`,
      attempts: sql`${predictionJobs.attempts} + 1`,
      dueAt: time + LEASE_MS,
      startedAt: sql`coalesce(${predictionJobs.startedAt}, ${now()})`,
      ...change,
    })
    .where(and(eq(predictionJobs.workspace, workspace), sql`${predictionJobs.id} = ${oldest}`))
    .returning()
    .get();
  return taken ?? null;
}

/** Changes a job that is still held by its fence; says whether it was. */
export async function holdPredictionJob(
  db: Db,
  job: PredictionJob,
  change: Partial<NewJob>,
): Promise<boolean> {
  const held = await db
    .update(predictionJobs)
    .set(change)
    .where(and(one(job), eq(predictionJobs.fence, job.fence), eq(predictionJobs.state, 'running')))
    .returning({ id: predictionJobs.id })
    .get();
  return held !== undefined;
}

/** Ends a job that is still held; where somebody wants to hear of it, that is due now. */
export function endPredictionJob(
  db: Db,
  job: PredictionJob,
  ending: Partial<NewJob> & { state: 'succeeded' | 'failed' },
): Promise<boolean> {
  return holdPredictionJob(db, job, {
    ...ending,
    dueAt: null,
    endedAt: now(),
    ...(job.callback !== null && { deliveryDueAt: Date.now() }),
  });
}

/** Nobody holds a cancelled job any more. What has ended stays as it is. */
export async function cancelPredictionJob(
  db: Db,
  place: Place,
  kind: PredictionJob['kind'],
  id: string,
): Promise<PredictionJob> {
  const waitsOrRuns = inArray(predictionJobs.state, ['queued', 'running']);
  await db
    .update(predictionJobs)
    .set({
      state: 'cancelled',
      fence: sql`${predictionJobs.fence} + 1`,
      dueAt: null,
      endedAt: now(),
      callback: null,
      delivery: null,
    })
    .where(and(at(place), eq(predictionJobs.kind, kind), eq(predictionJobs.id, id), waitsOrRuns));
  return getPredictionJob(db, place, kind, id);
}

/** When something here is to be done next: a job, a delivery, or the deletion of what is too old. Milliseconds since 1970. */
export async function nextDue(db: Db, { workspace, endpoint }: Place): Promise<number | null> {
  const row = await db.get<{ at: number | null }>(sql`SELECT min(at) AS at FROM (
    SELECT min(due_at) AS at FROM prediction_jobs WHERE workspace = ${workspace} AND endpoint = ${endpoint} AND worker = 'edge'
    UNION ALL SELECT min(delivery_due_at) FROM prediction_jobs WHERE workspace = ${workspace} AND endpoint = ${endpoint}
    UNION ALL SELECT min(expires_at) FROM prediction_jobs WHERE workspace = ${workspace} AND endpoint = ${endpoint}
    UNION ALL SELECT min(expires_at) FROM idempotency_keys WHERE workspace = ${workspace} AND endpoint = ${endpoint})`);
  return row?.at ?? null;
}

/** What lies in R2 for a job. */
export const jobFolder = (workspace: string, id: string): string => `${workspace}/predictions/${id}/`;

/** At a time: of more the rest is due at once again. */
const DELETED = 100;

/** Deletes what is too old: objects first, so that none is left that no row knows of. */
export async function deleteExpired(db: Db, blobs: R2Bucket, place: Place): Promise<void> {
  const time = Date.now();
  const { workspace, endpoint } = place;
  const jobs = await db
    .select({ id: predictionJobs.id })
    .from(predictionJobs)
    .where(and(at(place), lte(predictionJobs.expiresAt, time)))
    .limit(DELETED);
  for (const { id } of jobs) {
    await deleteFolder(blobs, jobFolder(workspace, id));
    await db.delete(predictionJobs).where(one({ workspace, id }));
  }
  const mine = and(eq(idempotencyKeys.workspace, workspace), eq(idempotencyKeys.endpoint, endpoint));
  const old = and(mine, lte(idempotencyKeys.expiresAt, time));
  const keys = await db.select().from(idempotencyKeys).where(old).limit(DELETED);
  if (keys.length === 0) return;
  await blobs.delete(keys.map(keptAnswer));
  const names = keys.map(({ key }) => key);
  await db.delete(idempotencyKeys).where(and(old, inArray(idempotencyKeys.key, names)));
}

async function deleteFolder(blobs: R2Bucket, prefix: string): Promise<void> {
  for (;;) {
    const { objects, truncated } = await blobs.list({ prefix });
    if (objects.length > 0) await blobs.delete(objects.map(({ key }) => key));
    if (!truncated) return;
  }
}

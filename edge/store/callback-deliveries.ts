/** Endings that are still to be told to a callback. An attempt's number is its fence: an older attempt changes nothing. */
import { and, eq, sql } from 'drizzle-orm';
import type { Db } from './db.ts';
import type { Place, PredictionJob } from './prediction-jobs.ts';
import { predictionJobs, webhookSecrets } from './schema/predictions.ts';

/** One that was begun and not ended within this is begun again. */
const LEASE_MS = 60_000;

/** Those that have waited longest, `most` of them. */
export async function takeDueDeliveries(
  db: Db,
  { workspace, endpoint }: Place,
  most: number,
): Promise<PredictionJob[]> {
  const time = Date.now();
  const oldest = sql`(SELECT id FROM prediction_jobs WHERE workspace = ${workspace} AND endpoint = ${endpoint}
    AND delivery_due_at <= ${time} ORDER BY delivery_due_at LIMIT ${most})`;
  return db
    .update(predictionJobs)
    .set({
      deliveryAttempts: sql`${predictionJobs.deliveryAttempts} + 1`,
      deliveryDueAt: time + LEASE_MS,
    })
    .where(and(eq(predictionJobs.workspace, workspace), sql`${predictionJobs.id} IN ${oldest}`))
    .returning();
}

export async function endDelivery(
  db: Db,
  { workspace, id, deliveryAttempts }: PredictionJob,
  change: Pick<PredictionJob, 'delivery' | 'deliveryDueAt' | 'deliveryError'>,
): Promise<void> {
  await db
    .update(predictionJobs)
    .set(change)
    .where(
      and(
        eq(predictionJobs.workspace, workspace),
        eq(predictionJobs.id, id),
        eq(predictionJobs.deliveryAttempts, deliveryAttempts),
      ),
    );
}

/** The endpoint's secret, made where there is none yet; `fresh`: in place of the one there is. */
export async function webhookSecret(
  db: Db,
  { workspace, endpoint }: Place,
  { fresh }: { fresh: boolean },
): Promise<string> {
  const random = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
  const made = { workspace, endpoint, secret: `whsec_${random}` };
  const target = [webhookSecrets.workspace, webhookSecrets.endpoint];
  const row = await db
    .insert(webhookSecrets)
    .values(made)
    .onConflictDoUpdate({
      target,
      set: fresh ? { secret: made.secret } : { secret: sql`${webhookSecrets.secret}` },
    })
    .returning({ secret: webhookSecrets.secret })
    .get();
  return row.secret;
}

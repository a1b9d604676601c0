/**
 * Bytes in R2, under `<workspace>/sha256/<hash>`. R2 checks the hash itself while it writes, so an object under a key
 * always has that hash; the database says which objects are in use.
 */
import { and, eq, sql } from 'drizzle-orm';
import { AppError, messageOf } from '../../shared/errors.ts';
import { PRECISIONS } from '../../shared/schema/precision.ts';
import { blobKey, planKey } from './blob-key.ts';
import type { Db } from './db.ts';
import { datasetVersions } from './schema/data.ts';
import { jobs } from './schema/jobs.ts';
import { modelVersions } from './schema/models.ts';

/** Stores bytes; throws `invalid_data` when they do not have the promised hash. */
export async function putBlob(
  blobs: R2Bucket,
  key: string,
  bytes: ReadableStream<Uint8Array> | Uint8Array,
  sha256: string,
): Promise<void> {
  try {
    await blobs.put(key, bytes, { sha256 });
  } catch (cause) {
    if (/sha-?256|checksum|10037/i.test(messageOf(cause)))
      throw new AppError('invalid_data', `the body does not have the sha256 ${sha256} that was promised`, {
        cause,
      });
    throw cause;
  }
}

export async function getBlob(blobs: R2Bucket, key: string): Promise<R2ObjectBody> {
  const object = await blobs.get(key);
  if (!object) throw new AppError('not_found', 'the bytes are no longer in the store');
  return object;
}

/** Deletes an object that no row refers to (any more), and what was made of it. */
export async function deleteUnusedBlob(
  db: Db,
  blobs: R2Bucket,
  workspace: string,
  sha256: string,
): Promise<void> {
  if (!(await isUsed(db, workspace, sha256)))
    await blobs.delete([
      blobKey(workspace, sha256),
      ...PRECISIONS.map((precision) => planKey(workspace, sha256, precision)),
    ]);
}

async function isUsed(db: Db, workspace: string, sha256: string): Promise<boolean> {
  const one = { one: sql`1` };
  const uses = await Promise.all([
    db
      .select(one)
      .from(datasetVersions)
      .where(and(eq(datasetVersions.workspace, workspace), eq(datasetVersions.sha256, sha256)))
      .limit(1),
    db
      .select(one)
      .from(modelVersions)
      .where(and(eq(modelVersions.workspace, workspace), eq(modelVersions.artifact, sha256)))
      .limit(1),
    db
      .select(one)
      .from(jobs)
      .where(and(eq(jobs.workspace, workspace), sql`${jobs.artifact} ->> 'sha256' = ${sha256}`))
      .limit(1),
  ]);
  return uses.some((rows) => rows.length > 0);
}

/** Which requests were sent with a key, and how they were answered. */
import { and, eq, lte, sql } from 'drizzle-orm';
import { AppError } from '../../shared/errors.ts';
import type { Db } from './db.ts';
import { idempotencyKeys } from './schema/predictions.ts';

type Row = typeof idempotencyKeys.$inferSelect;

export const KEY_MS = 24 * 3_600_000;
/** One that is not answered within this is taken for lost, and may be tried again. */
const BUSY_MS = 60_000;

export type KeyedRequest = Pick<Row, 'workspace' | 'token' | 'key' | 'endpoint' | 'fingerprint' | 'id'>;

/** Where its answer lies in R2. */
export const keptAnswer = ({ workspace, token, key }: Pick<Row, 'workspace' | 'token' | 'key'>): string =>
  `${workspace}/idempotency/${token}/${encodeURIComponent(key)}`;

const mine = ({ workspace, token, key }: Pick<Row, 'workspace' | 'token' | 'key'>) =>
  and(
    eq(idempotencyKeys.workspace, workspace),
    eq(idempotencyKeys.token, token),
    eq(idempotencyKeys.key, key),
  );

/**
 * Takes the key for a request. What is given back is either answered (`busyUntil` is null), or now this caller's to answer, under the id that
 * it has from its first try. Throws AppError `invalid_data` for a key of another request, `conflict` while another answers it.
 */
export async function takeKey(db: Db, request: KeyedRequest): Promise<Row> {
  const time = Date.now();
  const fresh = { ...request, busyUntil: time + BUSY_MS, expiresAt: time + KEY_MS };
  const taken = await db
    .insert(idempotencyKeys)
    .values(fresh)
    .onConflictDoUpdate({
      target: [idempotencyKeys.workspace, idempotencyKeys.token, idempotencyKeys.key],
      set: { ...fresh, status: null, location: null },
      setWhere: lte(idempotencyKeys.expiresAt, time),
    })
    .returning()
    .get();
  if (taken) return taken;
  const known = await db.select().from(idempotencyKeys).where(mine(request)).get();
  if (known && known.fingerprint !== request.fingerprint)
    throw new AppError(
      'invalid_data',
      `the header "Idempotency-Key" is "${request.key}", which came with another request before; expected the same request, or a key of its own`,
    );
  if (known?.busyUntil === null) return known;
  const lost = and(mine(request), lte(idempotencyKeys.busyUntil, time));
  const again = await db
    .update(idempotencyKeys)
    .set({ busyUntil: time + BUSY_MS })
    .where(lost)
    .returning()
    .get();
  if (again) return again;
  throw new AppError(
    'conflict',
    `the request with the header "Idempotency-Key: ${request.key}" is still in progress; try again in a second`,
  );
}

export async function noteAnswer(
  db: Db,
  request: KeyedRequest,
  answer: { status: number; location: string | null },
): Promise<void> {
  await db
    .update(idempotencyKeys)
    .set({ ...answer, busyUntil: null })
    .where(mine(request));
}

/** What was refused may be sent again. */
export async function releaseKey(db: Db, request: KeyedRequest): Promise<void> {
  await db.delete(idempotencyKeys).where(and(mine(request), sql`${idempotencyKeys.busyUntil} IS NOT NULL`));
}

/** The rows of trainings that several workers share: what they said, and which round is open. */
import { and, asc, eq, lt } from 'drizzle-orm';
import { AppError } from '../../shared/errors.ts';
import type { Db } from './db.ts';
import { holdLease, type LeaseKey } from './leases.ts';
import type { Caller } from './look-up.ts';
import { averagings, averagingUpdates, type Standing } from './schema/averagings.ts';
import { type AveragingRow, findAveraging, ofRow } from './team.ts';

export type NewAnswer = Omit<typeof averagingUpdates.$inferInsert, 'workspace' | 'lead' | 'at'> & {
  loss: number | null;
  validationRows: number | null;
};
export type AnsweredRound = typeof averagingUpdates.$inferSelect;

/** Somebody who closes a round is given so long. */
const CLOSING_MS = 30_000;

/** In the order in which they came. */
export function readAnswers(db: Db, { workspace, lead, round }: AveragingRow): Promise<AnsweredRound[]> {
  return db
    .select()
    .from(averagingUpdates)
    .where(
      and(
        eq(averagingUpdates.workspace, workspace),
        eq(averagingUpdates.lead, lead),
        eq(averagingUpdates.round, round),
      ),
    )
    .orderBy(asc(averagingUpdates.at), asc(averagingUpdates.participant))
    .all();
}

/** Under the worker's lease; an answer of a round that is closed, or that was there, is not added. Throws AppError `conflict`. */
export async function addAnswer(
  db: Db,
  caller: Caller,
  key: LeaseKey,
  lead: string,
  answer: NewAnswer,
  length: number,
): Promise<AveragingRow> {
  const { workspace } = caller;
  return db.transaction(async (tx) => {
    await holdLease(tx, caller, key);
    const row = await findAveraging(tx, workspace, lead);
    const { round, standing } = row;
    if (answer.round > round)
      throw new AppError('conflict', `round ${answer.round} is not open yet; expected ${round}`);
    const { awaited, shape = null } = standing;
    if (shape) requireShape(answer, length, shape);
    const isAwaited = awaited.includes(answer.participant);
    const next: Standing = {
      ...standing,
      shape: shape ?? { length, statistics: answer.statistics },
      awaited: isAwaited ? awaited : [...awaited, answer.participant],
    };
    if (!isAwaited) await tx.update(averagings).set({ standing: next }).where(ofRow(row));
    if (answer.round === round && !standing.done)
      await tx
        .insert(averagingUpdates)
        .values({ workspace, lead, ...answer, at: Date.now() })
        .onConflictDoNothing();
    return { ...row, standing: next };
  });
}

function requireShape(
  { participant, round, statistics }: NewAnswer,
  length: number,
  shape: NonNullable<Standing['shape']>,
): void {
  const refuse = (field: string, value: number, expected: number) =>
    new AppError(
      'invalid_request',
      `update of "${participant}" for round ${round}: ${field} is ${value}; expected ${expected}, as of the others`,
    );
  if (length !== shape.length) throw refuse('length', length, shape.length);
  if (statistics !== shape.statistics) throw refuse('statistics', statistics, shape.statistics);
}

/** Whether nobody else is at it. */
export async function takeClosing(db: Db, row: AveragingRow): Promise<boolean> {
  const now = Date.now();
  const taken = await db
    .update(averagings)
    .set({ closingUntil: now + CLOSING_MS })
    .where(and(ofRow(row), eq(averagings.round, row.round), lt(averagings.closingUntil, now)))
    .returning({ lead: averagings.lead });
  return taken.length > 0;
}

/** Unless somebody did; returns what is so now. */
export async function openNextRound(db: Db, row: AveragingRow, standing: Standing): Promise<AveragingRow> {
  return db.transaction(async (tx) => {
    await tx
      .update(averagings)
      .set({ round: row.round + 1, standing, closingUntil: 0 })
      .where(and(ofRow(row), eq(averagings.round, row.round)));
    await tx
      .delete(averagingUpdates)
      .where(
        and(
          eq(averagingUpdates.workspace, row.workspace),
          eq(averagingUpdates.lead, row.lead),
          lt(averagingUpdates.round, row.round + 1),
        ),
      );
    return (await tx.select().from(averagings).where(ofRow(row)).get())!;
  });
}

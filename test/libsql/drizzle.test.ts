/** drizzle over the client, as the edge uses it. */
import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/libsql';
import { blob, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from './database.ts';

const database = useDatabase();
const models = sqliteTable(database.table('models'), {
  id: integer().primaryKey(),
  name: text().notNull().unique(),
  tags: text({ mode: 'json' }).$type<string[]>().notNull(),
  score: real(),
  live: integer({ mode: 'boolean' }).notNull().default(false),
  createdAt: integer({ mode: 'timestamp_ms' }).notNull(),
  bytes: blob({ mode: 'buffer' }),
});
const row = (name: string) => ({
  name,
  tags: ['a', 'ü', '🚂'],
  score: 0.5,
  live: true,
  createdAt: new Date(1_700_000_000_123),
  bytes: Buffer.from([0, 255, 7]),
});

let db: ReturnType<typeof drizzle>;
beforeAll(async () => {
  db = drizzle(database.client());
  await db.run(sql`CREATE TABLE ${models} (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, tags TEXT NOT NULL,
    score REAL, live INTEGER NOT NULL DEFAULT 0, createdAt INTEGER NOT NULL, bytes BLOB)`);
});

test('a row comes back as it went in', async () => {
  const [inserted] = await db.insert(models).values(row('one')).returning();
  expect(inserted).toEqual({ id: expect.any(Number), ...row('one') });
  const [found] = await db.select().from(models).where(eq(models.name, 'one'));
  expect(found).toEqual(inserted);
});

test('upsert, update, delete tell what they changed', async () => {
  await db.insert(models).values(row('two')).onConflictDoNothing();
  await db
    .insert(models)
    .values(row('two'))
    .onConflictDoUpdate({ target: models.name, set: { score: null } });
  const updated = await db.update(models).set({ live: false }).where(eq(models.name, 'two')).returning();
  expect(updated).toMatchObject([{ score: null, live: false }]);
  expect((await db.delete(models).where(eq(models.name, 'two'))).rowsAffected).toBe(1);
});

test('a transaction that throws leaves nothing', async () => {
  const failed = db.transaction(async (tx) => {
    await tx.insert(models).values(row('three'));
    throw new Error('changed my mind');
  });
  await expect(failed).rejects.toThrow('changed my mind');
  expect(await db.$count(models, eq(models.name, 'three'))).toBe(0);
  await db.transaction(async (tx) => {
    await tx.insert(models).values(row('three'));
    await tx.update(models).set({ score: 1 }).where(eq(models.name, 'three'));
  });
  expect(await db.select({ score: models.score }).from(models).where(eq(models.name, 'three'))).toEqual([
    { score: 1 },
  ]);
});

test('a batch is atomic, and a broken constraint keeps its code', async () => {
  const batch = db.batch([db.insert(models).values(row('four')), db.insert(models).values(row('four'))]);
  await expect(batch).rejects.toMatchObject({ code: expect.stringMatching(/^SQLITE_CONSTRAINT/) });
  expect(await db.$count(models, eq(models.name, 'four'))).toBe(0);
  const duplicate = db.insert(models).values([row('five'), row('five')]);
  await expect(duplicate).rejects.toMatchObject({
    cause: { code: expect.stringMatching(/^SQLITE_CONSTRAINT/) },
  });
});

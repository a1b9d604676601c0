/** Batches and interactive transactions: all or nothing, one writer at a time, nobody shut out by one who left. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isRemote, ownProcessOnly, useDatabase } from './database.ts';

const IDLE_MS = 400;
const database = useDatabase({ streamIdleMs: IDLE_MS, busyMs: 15_000 });

async function counter(name: string) {
  const client = database.client();
  const table = database.table(name);
  await client.execute(`CREATE TABLE ${table} (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)`);
  await client.execute(`INSERT INTO ${table} VALUES (1, 0)`);
  const value = async () => (await client.execute(`SELECT n FROM ${table} WHERE id = 1`)).rows[0]?.n;
  return { client, table, value };
}

test.each(['write', 'deferred'] as const)('a %s batch is done whole or not at all', async (mode) => {
  const { client, table, value } = await counter('batch');
  await client.batch(
    [`UPDATE ${table} SET n = 1`, { sql: `INSERT INTO ${table} VALUES (?, ?)`, args: [2, 2] }],
    mode,
  );
  expect(await value()).toBe(1);
  const failing = [
    `UPDATE ${table} SET n = 9`,
    `INSERT INTO ${table} VALUES (2, 2)`,
    `UPDATE ${table} SET n = 10`,
  ];
  await expect(client.batch(failing, mode)).rejects.toMatchObject({
    code: expect.stringMatching(/^SQLITE_CONSTRAINT/),
  });
  expect(await value()).toBe(1);
});

test('a migration batch runs with foreign keys off, and they are on again afterwards', async () => {
  const client = database.client();
  const [parent, child] = [database.table('parent'), database.table('child')];
  await client.migrate([
    `CREATE TABLE ${child} (parent INTEGER NOT NULL REFERENCES ${parent}(id))`,
    `CREATE TABLE ${parent} (id INTEGER PRIMARY KEY)`,
    `INSERT INTO ${child} VALUES (5)`,
  ]);
  await client.execute(`INSERT INTO ${parent} VALUES (1)`);
  if (!isRemote)
    await expect(client.execute(`INSERT INTO ${child} VALUES (6)`)).rejects.toMatchObject({
      code: expect.stringMatching(/^SQLITE_CONSTRAINT/),
    });
});

test('executeMultiple runs every statement, triggers with their own semicolons too', async () => {
  const { client, table, value } = await counter('multiple');
  await client.executeMultiple(`
    CREATE TRIGGER ${table}_up AFTER INSERT ON ${table} BEGIN
      UPDATE ${table} SET n = n + 1 WHERE id = 1; UPDATE ${table} SET n = n + 1 WHERE id = 1;
    END;
    INSERT INTO ${table} VALUES (2, 0); -- a comment; with a semicolon
    SELECT * FROM ${table};
  `);
  expect(await value()).toBe(2);
});

test('a transaction sees its own writes, others do not until it commits', async () => {
  const { client, table, value } = await counter('isolation');
  const transaction = await client.transaction('write');
  await transaction.execute(`UPDATE ${table} SET n = 5`);
  expect((await transaction.execute(`SELECT n FROM ${table}`)).rows[0]?.n).toBe(5);
  expect(await value()).toBe(0);
  await transaction.commit();
  expect(await value()).toBe(5);
  expect(transaction.closed).toBe(true);
});

test('rollback and close undo everything', async () => {
  const { client, table, value } = await counter('undo');
  const rolledBack = await client.transaction('write');
  await rolledBack.batch([`UPDATE ${table} SET n = 1`, `UPDATE ${table} SET n = 2`]);
  await rolledBack.rollback();
  const closed = await client.transaction('write');
  await closed.execute(`UPDATE ${table} SET n = 3`);
  closed.close();
  await client.execute(`UPDATE ${table} SET n = n + 100`); // waits for the close to arrive
  expect(await value()).toBe(100);
});

test('a failed statement leaves its transaction open, and the rest of it counts', async () => {
  const { client, table, value } = await counter('go_on');
  const transaction = await client.transaction('write');
  await transaction.execute(`UPDATE ${table} SET n = 1`);
  await expect(transaction.execute(`INSERT INTO ${table} VALUES (1, 1)`)).rejects.toThrow(/UNIQUE/);
  await transaction.execute(`UPDATE ${table} SET n = n + 1`);
  await transaction.commit();
  expect(await value()).toBe(2);
});

test('16 transactions in parallel, each reading and then writing one counter, lose no step', async () => {
  const { table, value } = await counter('contention');
  const rounds = isRemote ? 2 : 10;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      const client = database.client();
      for (let round = 0; round < rounds; round++) {
        const transaction = await client.transaction('write');
        const { rows } = await transaction.execute(`SELECT n FROM ${table} WHERE id = 1`);
        await transaction.execute({
          sql: `UPDATE ${table} SET n = ? WHERE id = 1`,
          args: [Number(rows[0]?.n) + 1],
        });
        await transaction.commit();
      }
    }),
  );
  expect(await value()).toBe(16 * rounds);
}, 60_000);

test('a read transaction keeps its snapshot while others write, and may not write', async () => {
  const { client, table, value } = await counter('snapshot');
  const reader = await client.transaction('read');
  expect((await reader.execute(`SELECT n FROM ${table}`)).rows[0]?.n).toBe(0);
  await client.execute(`UPDATE ${table} SET n = 1`);
  expect((await reader.execute(`SELECT n FROM ${table}`)).rows[0]?.n).toBe(0);
  await expect(reader.execute(`UPDATE ${table} SET n = 2`)).rejects.toThrow();
  reader.close();
  expect(await value()).toBe(1);
});

test('a deferred transaction whose snapshot is out of date fails at once with SQLITE_BUSY', async () => {
  const { client, table, value } = await counter('stale');
  const stale = await client.transaction('deferred');
  await stale.execute(`SELECT n FROM ${table}`);
  await client.execute(`UPDATE ${table} SET n = 1`);
  await expect(stale.execute(`UPDATE ${table} SET n = n + 1`)).rejects.toMatchObject({
    code: expect.stringMatching(/^SQLITE_BUSY/),
  });
  stale.close();
  expect(await value()).toBe(1);
});

test('settings of one stream do not reach the next', async () => {
  const client = database.client();
  const stream = await client.transaction('deferred');
  await stream.execute('CREATE TEMP TABLE only_here (n)');
  await stream.commit();
  await expect(client.execute('SELECT * FROM only_here')).rejects.toThrow(/no such table/);
});

test.skipIf(isRemote)(
  `an abandoned transaction is rolled back, and whoever waited goes on${ownProcessOnly}`,
  async () => {
    const { client, table, value } = await counter('abandoned');
    const abandoned = await client.transaction('write');
    await abandoned.execute(`UPDATE ${table} SET n = 1000`);
    await Promise.all(
      Array.from({ length: 4 }, () => database.client().execute(`UPDATE ${table} SET n = n + 1`)),
    );
    expect(await value()).toBe(4);
    await expect(abandoned.commit()).rejects.toMatchObject({ code: 'STREAM_EXPIRED' });
    expect(await value()).toBe(4);
  },
);

test.skipIf(isRemote)(`a stream in use stays open past the idle limit${ownProcessOnly}`, async () => {
  const { client, table, value } = await counter('kept');
  const transaction = await client.transaction('write');
  for (let i = 0; i < 4; i++) {
    await transaction.execute(`UPDATE ${table} SET n = n + 1`);
    await sleep(IDLE_MS / 2);
  }
  await transaction.commit();
  expect(await value()).toBe(4);
});

/** The job queue's one statement: many clients claim, and every job goes to exactly one of them. */
import { expect, test } from 'vitest';
import { isRemote, useDatabase } from './database.ts';

const CLIENTS = 16;
const JOBS = CLIENTS * (isRemote ? 5 : 200);
const database = useDatabase();

test(`${CLIENTS} clients claim ${JOBS} jobs, each exactly once, with growing fences`, async () => {
  const client = database.client();
  const table = database.table('jobs');
  await client.batch(
    [
      `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, state TEXT NOT NULL, owner INTEGER, fence INTEGER NOT NULL)`,
      `CREATE INDEX ${table}_state ON ${table} (state, id)`,
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${JOBS})
       INSERT INTO ${table} SELECT i, 'queued', NULL, 0 FROM n`,
    ],
    'write',
  );
  const claim = `UPDATE ${table} SET state = 'leased', owner = ?,
      fence = (SELECT max(fence) + 1 FROM ${table})
    WHERE id = (SELECT id FROM ${table} WHERE state = 'queued' ORDER BY id LIMIT 1) RETURNING id, fence`;
  await client.execute(`CREATE INDEX ${table}_fence ON ${table} (fence)`);

  const claimed = await Promise.all(
    Array.from({ length: CLIENTS }, async (_, owner) => {
      const worker = database.client();
      const mine: { id: number; fence: number }[] = [];
      for (;;) {
        const { rows } = await worker.execute({ sql: claim, args: [owner] });
        if (rows[0] === undefined) return mine;
        mine.push({ id: Number(rows[0].id), fence: Number(rows[0].fence) });
      }
    }),
  );

  const all = claimed.flat();
  const upTo = Array.from({ length: JOBS }, (_, i) => i + 1);
  expect(all.map(({ id }) => id).sort((a, b) => a - b)).toEqual(upTo);
  expect(all.map(({ fence }) => fence).sort((a, b) => a - b)).toEqual(upTo);
  const { rows } = await client.execute(
    `SELECT owner, count(*) AS jobs FROM ${table} GROUP BY owner ORDER BY owner`,
  );
  expect(rows.map((row) => row.jobs)).toEqual(
    claimed.map((mine) => mine.length).filter((count) => count > 0),
  );
}, 60_000);

/** `kill -9` in the middle of writes: what was acknowledged is there, what was not is there whole or not at all. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@libsql/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, isRemote, ownProcessOnly, type ServerProcess, startServerProcess } from './database.ts';

const ROUNDS = 5;
const WRITERS = 8;

describe.skipIf(isRemote)(`the server process${ownProcessOnly}`, () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'trainyard-libsql-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const connect = ({ url, token }: ServerProcess) => createClient({ url, authToken: token, concurrency: 64 });

  test(`${ROUNDS} rounds of kill -9 lose nothing acknowledged and tear no pair`, async () => {
    const acknowledged = new Set<number>();
    const tried = new Set<number>();
    let next = 0;

    /** Writes pairs until the server is gone: odd writers by a batch, even ones by an interactive transaction. */
    async function write(client: Client, writer: number, onCommit: () => void): Promise<void> {
      for (;;) {
        const pair = next++;
        tried.add(pair);
        const rows = [0, 1].map((half) => ({ sql: 'INSERT INTO pairs VALUES (?, ?)', args: [pair, half] }));
        try {
          if (writer % 2 === 1) {
            await client.batch(rows, 'write');
          } else {
            const transaction = await client.transaction('write');
            for (const row of rows) await transaction.execute(row);
            await transaction.commit();
          }
        } catch {
          return;
        }
        acknowledged.add(pair);
        onCommit();
      }
    }

    for (let round = 0; round <= ROUNDS; round++) {
      const server = await startServerProcess(dir);
      const client = connect(server);
      await client.execute(
        'CREATE TABLE IF NOT EXISTS pairs (pair INTEGER, half INTEGER, PRIMARY KEY (pair, half))',
      );
      expect((await client.execute('PRAGMA integrity_check')).rows[0]?.[0]).toBe('ok');
      const { rows } = await client.execute('SELECT pair, count(*) AS halves FROM pairs GROUP BY pair');
      const found = new Map(rows.map((row) => [Number(row.pair), Number(row.halves)]));
      expect([...acknowledged].filter((pair) => found.get(pair) !== 2)).toEqual([]);
      expect([...found].filter(([pair, halves]) => halves !== 2 || !tried.has(pair))).toEqual([]);

      if (round === ROUNDS) {
        server.child.kill('SIGTERM');
        expect(await ended(server.child)).toBe(0);
      } else {
        let commits = 0;
        const killAfter = 40 + 17 * round;
        const kill = () => ++commits === killAfter && server.child.kill('SIGKILL');
        await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(client, writer, kill)));
        expect(await ended(server.child)).toBe('SIGKILL');
      }
      client.close();
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual(ROUNDS * 40);
  }, 60_000);

  test.each(['SIGTERM', 'SIGINT', 'stdin'] as const)(
    'ends by %s with a transaction open, and keeps what was committed',
    async (how) => {
      const server = await startServerProcess(dir);
      const client = connect(server);
      await client.execute('CREATE TABLE IF NOT EXISTS ends (how TEXT, committed INTEGER)');
      await client.execute({ sql: 'INSERT INTO ends VALUES (?, 1)', args: [how] });
      const open = await client.transaction('write');
      await open.execute({ sql: 'INSERT INTO ends VALUES (?, 0)', args: [how] });
      if (how === 'stdin') server.child.stdin?.end();
      else server.child.kill(how);
      expect(await ended(server.child)).toBe(0);
      client.close();

      const again = await startServerProcess(dir);
      const { rows } = await connect(again).execute({
        sql: 'SELECT committed FROM ends WHERE how = ?',
        args: [how],
      });
      again.child.kill('SIGTERM');
      expect(rows.map((row) => row.committed)).toEqual([1]);
      expect(await ended(again.child)).toBe(0);
    },
  );
});

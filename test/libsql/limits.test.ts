/** The limits of our own server: each refuses with a code and words, and leaves the server and its data whole. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { HranaError } from '../../edge/local/hrana/errors.ts';
import { startHranaServer } from '../../edge/local/hrana/server.ts';
import { isRemote, ownProcessOnly, useDatabase } from './database.ts';

describe.skipIf(isRemote)(`limits${ownProcessOnly}`, () => {
  const database = useDatabase({
    maxStreams: 4,
    streamIdleMs: 300,
    busyMs: 600,
    maxBodyBytes: 20_000,
    maxRows: 100,
    maxResultBytes: 50_000,
  });
  const numbers = (count: number) =>
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT i FROM n`;

  test('streams', async () => {
    const client = database.client();
    const open = await Promise.all(Array.from({ length: 4 }, () => client.transaction('read')));
    for (const transaction of open) await transaction.execute('SELECT 1');
    await expect(client.execute('SELECT 1')).rejects.toMatchObject({ code: 'STREAM_LIMIT' });
    open[0]?.close();
    await expect
      .poll(() =>
        client.execute('SELECT 1').then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await sleep(400); // the rest end by themselves
    await Promise.all(Array.from({ length: 4 }, () => client.execute('SELECT 1')));
  });

  test('the body, by its announced and by its real length', async () => {
    const client = database.client();
    const long = 'x'.repeat(30_000);
    await expect(client.execute({ sql: 'SELECT ?', args: [long] })).rejects.toMatchObject({
      code: 'REQUEST_TOO_LARGE',
    });
    const chunked = await fetch(new URL('/v2/pipeline', database.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${database.token}` },
      body: new Blob([JSON.stringify({ requests: [], padding: long })]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
    expect((await client.execute('SELECT 1')).rows).toHaveLength(1);
  });

  test('rows and bytes of a result, also of one without end', async () => {
    const client = database.client();
    expect((await client.execute(numbers(100))).rows).toHaveLength(100);
    for (const sql of [numbers(101), numbers(Number.MAX_SAFE_INTEGER), 'SELECT zeroblob(60000)'])
      await expect(client.execute(sql)).rejects.toMatchObject({ code: 'RESPONSE_TOO_LARGE' });
    await expect(client.batch([numbers(60), numbers(60)])).rejects.toMatchObject({
      code: 'RESPONSE_TOO_LARGE',
    });
  });

  test('a write whose returned rows are too many writes nothing, and holds no lock', async () => {
    const client = database.client();
    const table = database.table('returning');
    await client.execute(`CREATE TABLE ${table} (i INTEGER)`);
    const insert = `INSERT INTO ${table} ${numbers(1000)} RETURNING i`;
    await expect(client.execute(insert)).rejects.toMatchObject({ code: 'RESPONSE_TOO_LARGE' });
    expect((await client.execute(`SELECT count(*) AS n FROM ${table}`)).rows[0]?.n).toBe(0);
    expect((await client.execute(`INSERT INTO ${table} VALUES (1)`)).rowsAffected).toBe(1);
  });

  test('waiting for the write lock ends in SQLITE_BUSY while its holder stays active', async () => {
    const client = database.client();
    const table = database.table('busy');
    await client.execute(`CREATE TABLE ${table} (i INTEGER)`);
    const holder = await client.transaction('write');
    await holder.execute('SELECT 1'); // the client begins no sooner
    let failed = false;
    const waiting = client.execute(`INSERT INTO ${table} VALUES (1)`).catch((error: unknown) => {
      failed = true;
      return error;
    });
    while (!failed) {
      await holder.execute('SELECT 1');
      await sleep(50);
    }
    expect(await waiting).toMatchObject({ code: 'SQLITE_BUSY' });
    await holder.commit();
    expect((await client.execute(`INSERT INTO ${table} VALUES (1)`)).rowsAffected).toBe(1);
  });

  test('a server that cannot start says why', async () => {
    const port = Number(new URL(database.url).port);
    const options = {
      dir: `${process.env.TMPDIR ?? '/tmp'}/trainyard-libsql-unused`,
      port,
      token: 'x'.repeat(16),
    };
    await expect(startHranaServer({ ...options, token: 'short' })).rejects.toThrow(/token has 5 characters/);
    await expect(startHranaServer({ ...options, limits: { busyMs: 10 } })).rejects.toThrow(
      /below limits.busyMs/,
    );
    await expect(startHranaServer({ ...options, dir: '/dev/null' })).rejects.not.toBeInstanceOf(HranaError);
  });
});

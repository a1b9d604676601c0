/** Every kind of value goes in and comes back as it was, through both builds of the client. */
import { type Client, createClient } from '@libsql/client';
import { createClient as createWebClient } from '@libsql/client/web';
import { beforeAll, describe, expect, test } from 'vitest';
import { isRemote, ownProcessOnly, useDatabase } from './database.ts';

const database = useDatabase();
const BUILDS = { node: createClient, web: createWebClient };

describe.each(Object.keys(BUILDS) as (keyof typeof BUILDS)[])('%s client', (build) => {
  let client: Client;
  let bigints: Client;
  beforeAll(() => {
    const config = { url: database.url, authToken: database.token };
    client = BUILDS[build](config);
    bigints = BUILDS[build]({ ...config, intMode: 'bigint' });
  });

  async function roundTrip(through: Client, value: null | string | number | bigint | Uint8Array) {
    const { rows } = await through.execute({
      sql: 'SELECT ? AS value, typeof(?) AS type',
      args: [value, value],
    });
    return [rows[0]?.type, rows[0]?.value];
  }

  test.each([
    ['null', null],
    ['text', ''],
    ['text', "it's; -- not /* a comment */ ? :name"],
    ['text', 'Zürich 東京 🚂 e\u0301 \u{10FFFF}\r\n\t"\\'],
    ['text', 'x'.repeat(300_000)],
    ['real', 0.1],
    ['real', 5e-324],
    ['real', Number.MAX_VALUE],
    ['real', -1.5e-10],
    ['real', 3],
  ])('%s %o', async (type, value) => {
    expect(await roundTrip(client, value)).toEqual([type, value]);
  });

  test.each([0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)])('integer %s', async (value) => {
    expect(await roundTrip(bigints, value)).toEqual(['integer', value]);
  });

  test('an integer beyond 2^53 fails in number mode rather than lose digits', async () => {
    await expect(client.execute('SELECT 9007199254740993')).rejects.toThrow(RangeError);
    expect((await client.execute('SELECT 9007199254740991 AS value')).rows[0]?.value).toBe(9007199254740991);
  });

  test.each([0, 1, 2, 3, 255, 70_000])('blob of %i bytes', async (size) => {
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31) % 256);
    const [type, value] = await roundTrip(client, bytes);
    expect(type).toBe('blob');
    expect(Buffer.from(value as ArrayBuffer).equals(bytes)).toBe(true);
  });

  test('booleans and dates arrive as numbers, as the client sends them', async () => {
    const { rows } = await client.execute({
      sql: 'SELECT ? AS t, ? AS f, ? AS at',
      args: [true, false, new Date(1.5e12)],
    });
    expect([rows[0]?.t, rows[0]?.f, rows[0]?.at]).toEqual([1, 0, 1.5e12]);
  });

  test('a column keeps its affinity, its declared type and its name', async () => {
    const table = database.table('affinity');
    await client.execute(`CREATE TABLE ${table} (i INTEGER, r REAL, t TEXT, b BLOB)`);
    await client.execute({ sql: `INSERT INTO ${table} VALUES (?, ?, ?, ?)`, args: [7, 7, 7, 7] });
    const result = await client.execute(
      `SELECT i, r AS renamed, t, b, typeof(i) || typeof(r) || typeof(t) AS types FROM ${table}`,
    );
    expect(result.columns).toEqual(['i', 'renamed', 't', 'b', 'types']);
    expect(result.columnTypes).toEqual(['INTEGER', 'REAL', 'TEXT', 'BLOB', '']);
    expect(Array.from(result.rows[0] ?? [])).toEqual([7, 7, '7.0', 7, 'integerrealtext']);
  });

  test('parameters by name, by number, repeated', async () => {
    const named = await client.execute({
      sql: 'SELECT :a AS a, @b AS b, $c AS c, :a AS again',
      args: { a: 'x', b: 'y', c: 'z' },
    });
    expect(Array.from(named.rows[0] ?? [])).toEqual(['x', 'y', 'z', 'x']);
    const numbered = await client.execute({ sql: 'SELECT ?2, ?1, ?2', args: ['x', 'y'] });
    expect(Array.from(numbered.rows[0] ?? [])).toEqual(['y', 'x', 'y']);
  });

  test('rows affected and the last row id', async () => {
    const table = database.table('affected');
    await client.execute(`CREATE TABLE ${table} (id INTEGER PRIMARY KEY, n INTEGER)`);
    const insert = await client.execute(`INSERT INTO ${table} (n) VALUES (1), (2), (3)`);
    expect([insert.rowsAffected, insert.lastInsertRowid]).toEqual([3, 3n]);
    const returning = await client.execute(`UPDATE ${table} SET n = n + 10 WHERE n > 1 RETURNING id, n`);
    expect(returning.rowsAffected).toBe(2);
    expect(returning.rows.map((row) => [row.id, row.n])).toEqual([
      [2, 12],
      [3, 13],
    ]);
    const big = await client.execute(`INSERT INTO ${table} VALUES (9223372036854775806, 0)`);
    expect(big.lastInsertRowid).toBe(9223372036854775806n);
    expect((await client.execute(`DELETE FROM ${table} WHERE n = 99`)).rowsAffected).toBe(0);
    expect((await client.execute(`SELECT n FROM ${table}`)).rowsAffected).toBe(0);
  });

  test.skipIf(isRemote)(`infinities, minus zero and NUL in text${ownProcessOnly}`, async () => {
    const { rows } = await client.execute('SELECT 9e999 AS inf, -9e999 AS minus, -0.0 AS zero');
    expect([rows[0]?.inf, rows[0]?.minus]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(Object.is(rows[0]?.zero, -0)).toBe(true);
    await expect(roundTrip(client, 'a\0b')).rejects.toThrow(/U\+0000/);
  });
});

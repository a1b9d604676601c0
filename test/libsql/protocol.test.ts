/** The protocol itself, without a client: errors, tokens, batons, conditions, stored texts, describe. */
import { createClient } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import { isRemote, ownProcessOnly, useDatabase } from './database.ts';

const database = useDatabase();

interface Answer {
  baton: string | null;
  results: {
    type: 'ok' | 'error';
    response?: Record<string, unknown>;
    error?: { message: string; code: string };
  }[];
}

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  const url = database.url.replace(/^libsql:/, 'https:');
  const authorization = `Bearer ${database.token}`;
  return fetch(new URL('/v2/pipeline', url), {
    method: 'POST',
    body,
    headers: { authorization, ...headers },
  });
}

async function pipeline(requests: unknown[], baton: string | null = null): Promise<Answer> {
  const response = await post(JSON.stringify({ baton, requests }));
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

const resultOf = (result?: Answer['results'][number]) =>
  result?.response?.result as { step_results: unknown[]; step_errors: unknown[] };
const execute = (sql: string, rest = {}) => ({ type: 'execute', stmt: { sql, ...rest } });
const close = { type: 'close' };

describe('errors', () => {
  test.each([
    ['SELEC 1', /^SQL/, /SELEC/],
    ['SELECT * FROM no_such_table', /^SQL/, /no such table: no_such_table/],
    ['SELECT no_such_column', /^SQL/, /no such column: no_such_column/],
    ["INSERT INTO json_each VALUES ('x')", /^SQL/, /./],
    ["SELECT json('{')", /^SQL/, /malformed JSON/],
    ['COMMIT', /^SQL/, /no transaction is active/],
  ])('%s', async (sql, code, message) => {
    const failure = await database
      .client()
      .execute(sql)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'LibsqlError', code: expect.stringMatching(code) });
    expect((failure as Error).message).toMatch(message);
  });

  test.each([
    ['NOT NULL', 'INSERT INTO $ (n) VALUES (NULL)'],
    ['UNIQUE', 'INSERT INTO $ (n) VALUES (1)'],
    ['CHECK', 'INSERT INTO $ (n) VALUES (-1)'],
    ['FOREIGN KEY', 'INSERT INTO $ (n, parent) VALUES (2, 99)'],
  ])('a broken %s constraint is SQLITE_CONSTRAINT…', async (kind, sql) => {
    const client = database.client();
    const table = database.table('strict');
    await client.executeMultiple(`
      CREATE TABLE ${table} (n INTEGER NOT NULL UNIQUE CHECK (n > 0), parent INTEGER REFERENCES ${table}(n));
      INSERT INTO ${table} (n) VALUES (1);`);
    const failure = client.execute(sql.replace('$', table));
    await expect(failure).rejects.toMatchObject({ code: expect.stringMatching(/^SQLITE_CONSTRAINT/) });
    await expect(failure).rejects.toThrow(kind);
  });

  test.skipIf(isRemote).each([
    ['SELECT ?', [], 'ARGS_INVALID'],
    ['SELECT ?', ['a', 'b'], 'ARGS_INVALID'],
    ['SELECT :a', { b: 1 }, 'ARGS_INVALID'],
    ['SELECT ?1', { a: 1 }, 'ARGS_INVALID'],
    ['SELECT 1; SELECT 2', [], 'SQL_MANY_STATEMENTS'],
    ['  -- nothing here', [], 'SQL_NO_STATEMENT'],
  ])(`%s with %o is refused, not guessed at${ownProcessOnly}`, async (sql, args, code) => {
    await expect(database.client().execute({ sql, args })).rejects.toMatchObject({ code });
  });

  test('one failed request fails alone, and a wrong one is named', async () => {
    const { results } = await pipeline(
      [execute('SELEC'), { type: 'dance' }, execute('SELECT 1'), close].filter(
        (_, i) => i !== 1 || !isRemote,
      ),
    );
    expect(results[0]).toMatchObject({ type: 'error', error: { code: expect.stringMatching(/^SQL/) } });
    expect(results.at(-2)).toMatchObject({ type: 'ok' });
    if (!isRemote) expect(results[1]).toMatchObject({ type: 'error', error: { code: 'HRANA_PROTO_ERROR' } });
  });

  test.each(['', '{', '[]', '{"requests":1}', '{"baton":7,"requests":[]}'])(
    'body %o is refused',
    async (body) => {
      const response = await post(body);
      expect(response.status).toBe(400);
      const text = await response.text();
      expect(text).not.toMatch(/\bat .*:\d+|node_modules/);
    },
  );

  test.skipIf(isRemote)(`values that do not fit are refused, naming what does${ownProcessOnly}`, async () => {
    const values = [
      { type: 'integer', value: '9223372036854775808' },
      { type: 'integer', value: 1 },
      { type: 'float', value: 'x' },
      { type: 'blob', base64: '!' },
      { type: 'bool', value: true },
    ];
    const { results } = await pipeline([
      ...values.map((value) => execute('SELECT ?', { args: [value] })),
      close,
    ]);
    for (const result of results.slice(0, -1)) {
      expect(result).toMatchObject({ type: 'error', error: { code: 'HRANA_PROTO_ERROR' } });
      expect(result.error?.message).toMatch(/stmt\.args\[0\]/);
    }
  });
});

describe.skipIf(isRemote)(`tokens${ownProcessOnly}`, () => {
  test.each([undefined, '', 'wrong', 'conformance-suite-toke', 'conformance-suite-token2'])(
    '%o is refused',
    async (authToken) => {
      const client = createClient({ url: database.url, authToken });
      await expect(client.execute('SELECT 1')).rejects.toMatchObject({ code: 'AUTH_INVALID' });
      client.close();
    },
  );

  test('no path answers without one, and none speaks of others', async () => {
    for (const path of ['/', '/v2', '/v3', '/v2/pipeline', '/../data.db']) {
      expect((await fetch(new URL(path, database.url))).status).toBe(401);
    }
    const headers = { authorization: `Bearer ${database.token}` };
    expect((await fetch(new URL('/v2', database.url), { headers })).status).toBe(200);
    expect((await fetch(new URL('/v3', database.url), { headers })).status).toBe(200);
    expect((await fetch(new URL('/v3-protobuf', database.url), { headers })).status).toBe(404);
    expect((await fetch(new URL('/v2/pipeline', database.url), { headers })).status).toBe(405);
  });
});

describe('streams', () => {
  test('a baton is good once', async () => {
    const first = await pipeline([execute('SELECT 1')]);
    expect(first.baton).toEqual(expect.any(String));
    const second = await pipeline([execute('SELECT 2')], first.baton);
    expect(second.baton).not.toBe(first.baton);
    const replay = await post(JSON.stringify({ baton: first.baton, requests: [] }));
    expect(replay.status).toBe(400);
    const last = await pipeline([close], second.baton);
    expect(last).toMatchObject({ baton: null, results: [{ type: 'ok', response: { type: 'close' } }] });
  });

  test.skipIf(isRemote)(`a stream that can no longer commit refuses to write${ownProcessOnly}`, async () => {
    const table = database.table('broken');
    const holder = await pipeline([execute(`CREATE TABLE ${table} (n)`), execute('BEGIN IMMEDIATE')]);
    const locked = await pipeline([execute('PRAGMA journal_mode = DELETE')]);
    expect(locked.results[0]?.error?.code).toMatch(/^SQLITE_BUSY/);
    await pipeline([execute('COMMIT'), close], holder.baton);
    const { results } = await pipeline([execute(`INSERT INTO ${table} VALUES (1)`), close], locked.baton);
    expect(results[0]).toMatchObject({ type: 'error', error: { code: 'STREAM_BROKEN' } });
    const after = await database.client().execute(`INSERT INTO ${table} VALUES (2) RETURNING n`);
    expect(after.rows).toHaveLength(1);
  });

  test('batch conditions', async () => {
    const ok = (step: number) => ({ type: 'ok', step });
    const error = (step: number) => ({ type: 'error', step });
    const not = (cond: unknown) => ({ type: 'not', cond });
    const step = (sql: string, condition?: unknown) => ({ stmt: { sql }, condition });
    const steps = [
      step('SELECT 0'), // 0 ok
      step('SELEC'), // 1 error
      step('SELECT 2', ok(0)), // runs
      step('SELECT 3', ok(1)), // skipped
      step('SELECT 4', error(1)), // runs
      step('SELECT 5', not(ok(3))), // runs: a skipped step is not ok
      step('SELECT 6', error(3)), // skipped: nor is it an error
      step('SELECT 7', { type: 'and', conds: [ok(0), error(1)] }), // runs
      step('SELECT 8', { type: 'and', conds: [ok(0), ok(1)] }), // skipped
      step('SELECT 9', { type: 'or', conds: [ok(1), ok(0)] }), // runs
      step('SELECT 10', { type: 'or', conds: [] }), // skipped
    ];
    const { results } = await pipeline([{ type: 'batch', batch: { steps } }, close]);
    const result = resultOf(results[0]);
    expect(result.step_results.map((each) => each !== null)).toEqual([
      true,
      false,
      true,
      false,
      true,
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(result.step_errors.map((each) => each !== null)).toEqual(steps.map((_, i) => i === 1));
  });

  test('is_autocommit and get_autocommit follow the transaction', async () => {
    const when = { type: 'not', cond: { type: 'is_autocommit' } };
    const steps = [
      { stmt: { sql: 'SELECT 1' }, condition: when },
      { stmt: { sql: 'BEGIN' } },
      { stmt: { sql: 'SELECT 2' }, condition: when },
    ];
    const { results } = await pipeline(
      isRemote
        ? [{ type: 'batch', batch: { steps: steps.filter((each) => !each.condition) } }, close]
        : [{ type: 'batch', batch: { steps } }, { type: 'get_autocommit' }, close],
    );
    if (isRemote) return;
    const { step_results } = resultOf(results[0]);
    expect(step_results.map((each) => each !== null)).toEqual([false, true, true]);
    expect(results[1]?.response).toEqual({ type: 'get_autocommit', is_autocommit: false });
  });

  test('stored texts, and rows that are not wanted', async () => {
    const { results } = await pipeline([
      { type: 'store_sql', sql_id: 3, sql: 'SELECT 42 AS answer' },
      { type: 'execute', stmt: { sql_id: 3 } },
      { type: 'execute', stmt: { sql_id: 3, want_rows: false } },
      { type: 'close_sql', sql_id: 3 },
      { type: 'execute', stmt: { sql_id: 3 } },
      close,
    ]);
    expect(results[1]?.response?.result).toMatchObject({ rows: [[{ type: 'integer', value: '42' }]] });
    expect(results[2]?.response?.result).toMatchObject({ rows: [] });
    expect(results[4]?.type).toBe('error');
  });

  test('describe', async () => {
    const table = database.table('described');
    const { results } = await pipeline([
      execute(`CREATE TABLE ${table} (id INTEGER PRIMARY KEY, name TEXT)`),
      { type: 'describe', sql: `SELECT name AS n, 1 FROM ${table} WHERE id = ? AND name <> ':no'` },
      { type: 'describe', sql: `INSERT INTO ${table} VALUES (:id, :name) RETURNING id` },
      { type: 'describe', sql: 'EXPLAIN SELECT 1' },
      close,
    ]);
    expect(results[1]?.response?.result).toMatchObject({
      params: [{ name: null }],
      cols: [{ name: 'n', decltype: 'TEXT' }, { name: '1' }],
      is_explain: false,
      is_readonly: true,
    });
    expect(results[2]?.response?.result).toMatchObject({
      params: [{ name: ':id' }, { name: ':name' }],
      cols: [{ name: 'id' }],
      is_readonly: false,
    });
    expect(results[3]?.response?.result).toMatchObject({ is_explain: true });
  });
});

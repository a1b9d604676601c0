/**
 * One statement to libSQL over HTTP (the Hrana protocol's `POST /v2/pipeline`, as JSON): all that answering at endpoints asks of a database,
 * without the client library, which takes longer to load than an isolate has. Whatever else is asked goes through `db.ts`.
 */
import { AppError } from '../../shared/errors.ts';

export interface Database {
  url: string;
  token: string | undefined;
}
export type Row = Record<string, string | number | null>;

/** Rows, by the names of their columns. It must only read: when the connection is lost it is sent again. Throws AppError `unavailable`. */
export async function queryRows(database: Database, sql: string, args: readonly string[]): Promise<Row[]> {
  const stmt = { sql, args: args.map((value) => ({ type: 'text', value })) };
  const body = JSON.stringify({ requests: [{ type: 'execute', stmt }, { type: 'close' }] });
  const { results } = await send(database, body)
    .catch(() => send(database, body))
    .catch(refuse);
  const [result] = results;
  if (result?.type !== 'ok') return refuse(new Error(result?.error?.message ?? 'no result came'));
  const { cols, rows } = result.response.result;
  return rows.map((row) => Object.fromEntries(row.map((value, i) => [cols[i]!.name, cellOf(value)])));
}

interface Answer {
  results: (
    | { type: 'ok'; response: { result: { cols: { name: string }[]; rows: Value[][] } } }
    | { type: 'error'; error?: { message: string } }
  )[];
}
type Value =
  | { type: 'null' }
  | { type: 'integer' | 'text'; value: string }
  | { type: 'float'; value: number };

async function send({ url, token }: Database, body: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const address = `${url.replace(/^libsql:/, 'https:').replace(/\/$/, '')}/v2/pipeline`;
  const reply = await fetch(address, { method: 'POST', headers, body });
  if (!reply.ok)
    throw new Error(`the database answers ${reply.status}: ${(await reply.text()).slice(0, 200)}`);
  return reply.json();
}

function cellOf(value: Value): string | number | null {
  if (value.type === 'null') return null;
  return value.type === 'integer' ? Number(value.value) : value.value;
}

function refuse(cause: unknown): never {
  throw new AppError('unavailable', 'the database cannot be reached or is busy; try again', { cause });
}

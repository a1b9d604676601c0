/**
 * The database under test: our own server in a fresh directory, or a Turso or sqld named by LIBSQL_URL (LIBSQL_TOKEN).
 * Table names are fresh for each test, so a shared database serves too.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@libsql/client';
import { afterAll, beforeAll } from 'vitest';
import type { HranaLimits } from '../../edge/local/hrana/limits.ts';
import { type HranaServer, startHranaServer } from '../../edge/local/hrana/server.ts';

const REMOTE_URL = process.env.LIBSQL_URL;

export const isRemote = REMOTE_URL !== undefined && REMOTE_URL !== '';
/** For the title of what only our own process can show. */
export const ownProcessOnly = isRemote
  ? ' (skipped: LIBSQL_URL names a server that is not ours to stop or limit)'
  : '';

const TOKEN = 'conformance-suite-token';

export interface TestDatabase {
  readonly url: string;
  readonly token: string;
  client(options?: { intMode?: 'number' | 'bigint' | 'string' }): Client;
  /** A name no other test has; dropped at the end. */
  table(name: string): string;
}

export function useDatabase(limits?: Partial<HranaLimits>): TestDatabase {
  const clients: Client[] = [];
  const tables: string[] = [];
  let dir = '';
  let server: HranaServer | undefined;

  const database: TestDatabase = {
    get url() {
      return isRemote ? (REMOTE_URL as string) : (server as HranaServer).url;
    },
    get token() {
      return isRemote ? (process.env.LIBSQL_TOKEN ?? '') : TOKEN;
    },
    client(options = {}) {
      // A client queues what goes beyond its concurrency; transactions in parallel each need a place.
      const client = createClient({
        url: database.url,
        authToken: database.token,
        concurrency: 64,
        ...options,
      });
      clients.push(client);
      return client;
    },
    table(name) {
      const unique = `${name}_${Date.now().toString(36)}_${tables.length}`;
      tables.push(unique);
      return unique;
    },
  };

  beforeAll(async () => {
    if (isRemote) return;
    dir = await mkdtemp(join(tmpdir(), 'trainyard-libsql-'));
    server = await startHranaServer({ dir, port: 0, token: TOKEN, limits });
  });
  afterAll(async () => {
    if (isRemote)
      for (const table of tables) await database.client().execute(`DROP TABLE IF EXISTS ${table}`);
    for (const client of clients) client.close();
    await server?.close();
    if (dir) await rm(dir, { recursive: true, force: true });
  });
  return database;
}

export interface ServerProcess {
  url: string;
  token: string;
  child: ChildProcess;
}

/** The server as `npm start` runs it: a process of its own, with a pipe as stdin. */
export async function startServerProcess(dir: string): Promise<ServerProcess> {
  const main = fileURLToPath(new URL('../../edge/local/hrana/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, '--dir', dir], {
    env: { ...process.env, LIBSQL_TOKEN: TOKEN, NODE_NO_WARNINGS: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { url } = JSON.parse(line) as { url: string };
    return { url, token: TOKEN, child };
  }
  throw new Error('the server ended before it was ready');
}

export async function ended(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
}

/**
 * The embedded libSQL behind HTTP: `POST /v2/pipeline` and `/v3/pipeline` of the Hrana protocol, in JSON, for
 * @libsql/client in a process that cannot open files itself (workerd). One SQLite file in `dir`; every commit reaches
 * the disk before it is acknowledged (WAL, synchronous = FULL).
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ConnectionPool } from './connection.ts';
import { HranaError, toProtocolError } from './errors.ts';
import { type HranaLimits, resolveLimits } from './limits.ts';
import { Pipelines } from './pipeline.ts';

export interface HranaServerOptions {
  /** Made if missing; holds `data.db`. */
  dir: string;
  /** 0 picks a free one. */
  port: number;
  host?: string;
  /** What clients must send as `Authorization: Bearer …`. */
  token: string;
  limits?: Partial<HranaLimits>;
}

export interface HranaServer {
  url: string;
  port: number;
  /** Answers what is under way, rolls back open transactions, and folds the log into the database file. */
  close(): Promise<void>;
}

export async function startHranaServer(options: HranaServerOptions): Promise<HranaServer> {
  const { dir, port, host = '127.0.0.1', token } = options;
  if (token.length < 16) throw new RangeError(`token has ${token.length} characters; at least 16 are needed`);
  const limits = resolveLimits(options.limits);
  await mkdir(dir, { recursive: true });
  const pool = new ConnectionPool(join(dir, 'data.db'));
  const pipelines = new Pipelines(pool, limits);
  const isToken = tokenCheck(token);

  const server = createServer(async (request, response) => {
    try {
      if (!isToken(request.headers.authorization))
        throw new HranaError(
          'AUTH_INVALID',
          'the token is missing or wrong; send Authorization: Bearer TOKEN',
          401,
        );
      const answer = await route(request, response, pipelines, limits);
      send(response, 200, answer);
    } catch (error) {
      if (!request.complete) response.setHeader('connection', 'close'); // do not read the rest of a refused body
      send(response, error instanceof HranaError ? error.status : 500, toProtocolError(error));
    }
  });

  server.keepAliveTimeout = 0; // never: clients keep connections, and one closed under a request fails it

  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    pool.close();
    throw error;
  }
  const { port: bound } = server.address() as AddressInfo;

  return {
    url: `http://${host}:${bound}`,
    port: bound,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      pipelines.close(); // whoever waits for a lock stops waiting, so every request ends soon
      await closed;
      pipelines.close(); // streams that the last requests opened
      pool.close();
    },
  };
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  pipelines: Pipelines,
  limits: HranaLimits,
): Promise<unknown> {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  if (path === '/v2' || path === '/v3') return {}; // "this version is spoken here"
  if (path !== '/v2/pipeline' && path !== '/v3/pipeline')
    throw new HranaError('NOT_FOUND', `no ${path} here; POST /v2/pipeline`, 404);
  if (request.method !== 'POST') throw new HranaError('METHOD_NOT_ALLOWED', `${path} takes POST`, 405);
  const body = await readJson(request, limits.maxBodyBytes);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return pipelines.run(body, gone.signal);
}

async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const tooLarge = () => new HranaError('REQUEST_TOO_LARGE', `the body has more than ${maxBytes} bytes`, 413);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HranaError('HRANA_PROTO_ERROR', 'the body is not JSON');
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json', // to the letter: the client compares it
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}

/** In constant time: digests of equal length are compared, whatever was sent. */
function tokenCheck(token: string): (header: string | undefined) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const wanted = digest(`Bearer ${token}`);
  return (header) => timingSafeEqual(digest(header ?? ''), wanted);
}

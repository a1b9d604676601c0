/**
 * From a workerd that is started afresh to the first answer, beside hello with the same bindings: the process, the isolate, and for ours
 * the token, the endpoint and the model, which nothing has in memory yet. `same-reads` reads as much and computes nothing: on this machine
 * R2 is a program too that must start first.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { startHranaServer } from '../../../edge/local/hrana/server.ts';
import { startWorker } from '../../../edge/local/start.ts';
import { bootstrap, migrate } from '../../../edge/store/migrate.ts';
import { createClient as createApi } from '../../../shared/api/client.ts';
import { alternating, measured } from '../contest.ts';
import { type Row, rowsOf } from '../rows.ts';
import { freePort } from '../server-process.ts';
import { CASES } from './cases.ts';
import { buildOwn, publish } from './own-server.ts';
import { OURS } from './race.ts';
import { ask, type Request, withToken } from './request.ts';
import { bundleWorker } from './worker.ts';

const ROUNDS = 7;
const HELLO = 'hono-hello';
const READS = 'same-reads';
const COMPARED = [
  [OURS, HELLO],
  [OURS, READS],
] as const;

export async function coldStart(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-cold-'));
  await mkdir(join(folder, 'logs'));
  const token = newToken();
  const hrana = await startHranaServer({ dir: join(folder, 'libsql'), port: 0, token });
  const libsql = { url: hrana.url, token };
  const clock = await clockStarts(folder);
  try {
    const start = async (file?: string) => {
      for (let left = 3; ; left--) {
        const port = await freePort();
        const worker = await startWorker(folder, port, libsql, file).catch((error) => {
          if (left === 0) throw error; // a port that was free may be a connection's by now
          return null;
        });
        if (worker) return { origin: `http://127.0.0.1:${port}`, close: () => worker.dispose() };
      }
    };
    const owner = await prepareDatabase(libsql);
    const served = await CASES.mlp();
    const workerFile = await buildOwn();
    const first = await start(workerFile);
    await publish(createApi({ baseUrl: first.origin, token: owner }), 'mlp', served.own);
    await first.close();
    const rival = async (name: string) => {
      await mkdir(join(folder, name));
      const file = join(folder, name, 'worker.js');
      await writeFile(file, (await bundleWorker(name, {})).code);
      return { file, request: { path: '/', headers: {}, body: null } };
    };
    const contestants = new Map<string, { file: string; request: Request }>([
      [OURS, { file: workerFile, request: withToken(served.ownRequest, owner) }],
      [HELLO, await rival('hello-with-bindings')],
      [READS, await rival('same-reads')],
    ]);
    const total = measured('ms', contestants.keys());
    const answer = measured('ms', contestants.keys());
    for (let round = -1; round < ROUNDS; round++) {
      for (const [one, { file, request }] of alternating(contestants, round)) {
        const { origin, close } = await start(file);
        try {
          const sent = now();
          await ask(origin, request);
          const answered = now();
          if (round < 0) continue; // compilers of the client's settle
          total.values[one]!.push(answered - (await clock()));
          answer.values[one]!.push(answered - sent);
        } finally {
          await close();
        }
      }
    }
    return [
      ...rowsOf('cold', 'coldStart', total, COMPARED),
      ...rowsOf('cold', 'firstAnswer', answer, COMPARED),
    ];
  } finally {
    delete process.env.MINIFLARE_WORKERD_PATH;
    await hrana.close();
    await rm(folder, { recursive: true });
  }
}

const newToken = () => randomBytes(24).toString('base64url');

/** ms since 1970. */
const now = (): number => performance.timeOrigin + performance.now();

/** Has the start of each workerd written down. Gives how to read the last one. */
async function clockStarts(folder: string): Promise<() => Promise<number>> {
  const workerd: string = createRequire(import.meta.resolve('miniflare'))('workerd').default;
  const [script, started] = [join(folder, 'workerd.sh'), join(folder, 'started')];
  await writeFile(script, `#!/bin/sh\ndate +%s%N > '${started}'\nexec '${workerd}' "$@"\n`);
  await chmod(script, 0o755);
  process.env.MINIFLARE_WORKERD_PATH = script;
  return async () => Number(await readFile(started, 'utf8')) / 1e6;
}

async function prepareDatabase({ url, token }: { url: string; token: string }): Promise<string> {
  const client = createClient({ url, authToken: token });
  const owner = newToken();
  await migrate(client);
  await bootstrap(client, { owner, runner: newToken() });
  client.close();
  return owner;
}

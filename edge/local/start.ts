/**
 * A whole Trainyard on this machine: embedded libSQL and a runner as child processes, the built Worker in workerd with
 * R2 and Durable Objects kept under `home`. Used by `npm start` and by tests.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@libsql/client';
import { convertV4MiniflareOptions, Miniflare, NoOpLog } from 'miniflare';
import { AppError } from '../../shared/errors.ts';
import { bootstrap, migrate } from '../store/migrate.ts';
import { root, workerFile } from './build.ts';
import { type Supervised, supervise } from './supervise.ts';

export interface LocalOptions {
  home: string;
  /** 0 picks a free one. */
  port: number;
  log: (line: string) => void;
  /** false: no runner is started. */
  runner?: boolean;
}

export interface LocalTrainyard {
  url: string;
  ownerToken: string;
  runnerToken: string;
  close(): Promise<void>;
}

/** In the environment of every process started here, for guard.ts to know them by. */
const guardMark = { TRAINYARD_GUARD: randomUUID() };
const HOST = '127.0.0.1';
const READY_MS = 30_000;

export async function startLocal({ home, port, log, runner = true }: LocalOptions): Promise<LocalTrainyard> {
  await mkdir(join(home, 'logs'), { recursive: true, mode: 0o700 });
  await refuseSecondStart(home);
  await claimPort(port); // early, where it is taken
  let url: string;
  const ownerToken = await keepToken(home, 'owner');
  const runnerToken = await keepToken(home, 'runner');

  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const guard = startProgram('edge/local/guard.ts', [], {}, join(home, 'logs/guard.log'));
    closers.push(async () => guard.kill('SIGKILL')); // whoever gets here has ended the rest

    const libsql = { port: await claimPort(0), token: await keepToken(home, 'libsql') };
    const libsqlUrl = `http://${HOST}:${libsql.port}`;
    const database = startDatabase(home, libsql, log);
    closers.push(() => database.stop());
    await untilReady(
      async () => (await fetch(libsqlUrl)).status > 0,
      'the database',
      join(home, 'logs/libsql.log'),
    );
    const client = createClient({ url: libsqlUrl, authToken: libsql.token });
    await migrate(client);
    await bootstrap(client, { owner: ownerToken, runner: runnerToken });
    client.close();

    const chosenPort = await claimPort(port); // again: a free one of a while ago may be a connection's by now
    url = `http://${HOST}:${chosenPort}`;
    const worker = await startWorker(home, chosenPort, { url: libsqlUrl, token: libsql.token });
    closers.push(() => worker.dispose());
    await untilReady(
      async () => (await fetch(`${url}/v1/health`)).ok,
      'the Worker',
      join(home, 'logs/worker.log'),
    );
    await writeFile(join(home, 'server.json'), `${JSON.stringify({ url, pid: process.pid })}\n`);
    closers.push(() => rm(join(home, 'server.json'), { force: true }));

    if (runner) {
      const running = await startRunner(home, { url, token: runnerToken }, log);
      closers.push(() => running.stop());
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { url, ownerToken, runnerToken, close };
}

/** One Trainyard to a home: two would write the same files. */
async function refuseSecondStart(home: string): Promise<void> {
  const text = await readFile(join(home, 'server.json'), 'utf8').catch(() => null);
  if (text === null) return;
  const { url, pid } = JSON.parse(text) as { url: string; pid: number };
  if (!isAlive(pid)) return;
  const healthy = await fetch(`${url}/v1/health`, { signal: AbortSignal.timeout(2_000) }).then(
    (answer) => answer.ok,
    () => false,
  );
  if (healthy)
    throw new AppError(
      'conflict',
      `Trainyard already runs on ${home}, at ${url} (process ${pid}): use that one, or end it first.`,
    );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The port itself when it is free, or for 0 a free one. */
async function claimPort(port: number): Promise<number> {
  const probe = createServer();
  try {
    probe.listen(port, HOST);
    await once(probe, 'listening');
  } catch (cause) {
    throw new AppError(
      'conflict',
      `port ${port} is in use: start with another, as in PORT=${port + 1} npm start`,
      { cause },
    );
  }
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : port;
}

async function keepToken(home: string, name: string): Promise<string> {
  const path = join(home, `${name}.token`);
  const known = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (known) return known;
  const token = `ty_${name}_${randomBytes(24).toString('base64url')}`;
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  return token;
}

/** A Node program of ours, its output in a log file; its stdin is a pipe that closes when this process dies. */
function startProgram(
  path: string,
  args: string[],
  env: Record<string, string>,
  logFile: string,
): ChildProcess {
  const child = spawn(process.execPath, [join(root, path), ...args], {
    cwd: root,
    env: { ...process.env, ...guardMark, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const file = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  child.once('close', () => file.end());
  child.stdin?.on('error', () => {}); // a child that is gone already
  return child;
}

function startDatabase(
  home: string,
  { port, token }: { port: number; token: string },
  log: LocalOptions['log'],
): Supervised {
  const args = ['--dir', join(home, 'libsql'), '--port', String(port)];
  const logFile = join(home, 'logs/libsql.log');
  return supervise(
    'database',
    () => startProgram('edge/local/hrana/main.ts', args, { LIBSQL_TOKEN: token }, logFile),
    log,
  );
}

/** `device`, CUDA's folders and more come from what scripts/setup/tensorflow.mjs found. */
async function startRunner(
  home: string,
  server: { url: string; token: string },
  log: LocalOptions['log'],
): Promise<Supervised> {
  const cache = process.env.TRAINYARD_CACHE ?? join(root, '.cache');
  const report = JSON.parse(await readFile(join(cache, 'tensorflow.json'), 'utf8').catch(() => '{}')) as {
    libraryPath?: string[];
  };
  const libraries = [...(report.libraryPath ?? []), process.env.LD_LIBRARY_PATH ?? '']
    .filter(Boolean)
    .join(':');
  const env = {
    TRAINYARD_HOME: home,
    TRAINYARD_URL: server.url,
    TRAINYARD_TOKEN: server.token,
    LD_LIBRARY_PATH: libraries,
  };
  const logFile = join(home, 'logs/runner.log');
  return supervise('runner', () => startProgram('gpu-runner/main.ts', ['start'], env, logFile), log);
}

/** The Worker as wrangler.toml describes it, so that what runs here is what `wrangler deploy` would send. `file`: its first module, the others beside it. */
export async function startWorker(
  home: string,
  port: number,
  libsql: { url: string; token: string },
  file = workerFile,
): Promise<Miniflare> {
  // Neither tool may ask the network for anything, or report there.
  Object.assign(process.env, {
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_SEND_METRICS: 'false',
    X_LOCAL_OBSERVABILITY: 'false',
  });
  const { unstable_getMiniflareWorkerOptions } = await import('wrangler');
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, 'wrangler.toml'));
  const log = createWriteStream(join(home, 'logs/worker.log'), { flags: 'a', mode: 0o600 });
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      host: HOST,
      cf: false,
      telemetry: { enabled: false },
      unsafeRuntimeEnv: guardMark,
      log: new NoOpLog(),
      handleStructuredLogs: (entry) => log.write(`${JSON.stringify(entry)}\n`),
      resourcePersistencePath: join(home, 'worker'),
      workers: [
        {
          ...workerOptions,
          bindings: {
            ...(workerOptions.bindings as Record<string, unknown>),
            LIBSQL_URL: libsql.url,
            LIBSQL_TOKEN: libsql.token,
            CALLBACKS_TO: 'any',
          },
          modulesRules: undefined, // the built modules are named one by one
          modules: await listModules(file),
          modulesRoot: dirname(file),
          // Straight into the Worker: Miniflare's own door takes two thirds of what a prediction costs.
          unsafeDirectSockets: [{ host: HOST, port, entrypoint: 'direct' }],
        },
      ],
    }),
  );
  await worker.ready;
  return worker;
}

/** The Worker, which has to come first, and the modules beside it. */
async function listModules(file: string) {
  const folder = dirname(file);
  const names = (await readdir(folder)).filter(
    (name) => /\.(js|wasm)$/.test(name) && name !== basename(file),
  );
  return [basename(file), ...names].map((name) => ({
    type: name.endsWith('.js') ? ('ESModule' as const) : ('CompiledWasm' as const),
    path: join(folder, name),
  }));
}

async function untilReady(check: () => Promise<boolean>, what: string, logFile: string): Promise<void> {
  for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(50)) {
    if (await check().catch(() => false)) return;
  }
  throw new AppError('internal', `${what} did not become ready within ${READY_MS / 1000} s: see ${logFile}`);
}

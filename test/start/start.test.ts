/** `npm start` as a person meets it: the URL line, a second start, a port in use, Ctrl-C, and `kill -9`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const script = join(import.meta.dirname, '../../scripts/start.mjs');
const started: Program[] = [];
let home = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'trainyard-start-'));
});
afterEach(async () => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
  await untilGone();
});
afterAll(() => rm(home, { recursive: true, force: true }));

interface Program {
  child: ChildProcess;
  output(): string;
}

function start(env: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, TRAINYARD_HOME: home, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const program = { child, output: () => output };
  started.push(program);
  return program;
}

/** Every living process that was given this test's home: all that `npm start` starts, whoever its parent is by now. */
async function findProcesses(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (!environment.split('\0').includes(`TRAINYARD_HOME=${home}`)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command) found.push(`${pid} ${command.replaceAll('\0', ' ')}`); // a zombie has no command line
  }
  return found;
}

async function untilGone(): Promise<string[]> {
  let left = await findProcesses();
  for (let i = 0; i < 150 && left.length > 0; i++) {
    await sleep(100);
    left = await findProcesses();
  }
  return left;
}

async function untilReady(program: Program): Promise<URL> {
  while (!program.output().includes('Trainyard is ready')) {
    if (program.child.exitCode !== null) throw new Error(`npm start ended:\n${program.output()}`);
    await sleep(50);
  }
  const line = /^Trainyard is ready: (\S+)$/m.exec(program.output());
  return new URL(line?.[1] ?? '');
}

async function exitOf({ child }: Program): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

test('prints one URL that signs the owner in, and starts again on the same data', async () => {
  const first = start();
  const url = await untilReady(first);
  expect((await fetch(new URL('/v1/health', url))).status).toBe(200);
  const token = url.hash.replace('#token=', '');
  const asOwner = { headers: { authorization: `Bearer ${token}` } };
  expect((await fetch(new URL('/v1/session', url), asOwner)).status).toBe(200);
  expect((await fetch(new URL('/v1/session', url))).status).toBe(401);
  expect(await (await fetch(url)).text()).toContain('<div id="root"');
  expect((await stat(join(home, 'owner.token'))).mode & 0o777).toBe(0o600);

  const second = start();
  expect(await exitOf(second)).toBe(1);
  expect(second.output()).toContain(`already runs on ${home}, at ${url.origin}`);

  first.child.kill('SIGINT');
  expect(await exitOf(first)).toBe(0);
  expect(await untilGone()).toEqual([]);

  const again = await untilReady(start());
  expect(again.hash).toBe(url.hash);
  expect((await fetch(new URL('/v1/session', again), asOwner)).status).toBe(200);
});

test('kill -9 leaves no process behind', async () => {
  const program = start();
  await untilReady(program);
  expect((await findProcesses()).length).toBeGreaterThan(3);
  program.child.kill('SIGKILL');
  expect(await untilGone()).toEqual([]);
});

test('kill -9 of the local server itself leaves no process behind', async () => {
  const program = start();
  await untilReady(program);
  const { pid } = JSON.parse(await readFile(join(home, 'server.json'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  expect(await exitOf(program)).toBe(1);
  expect(await untilGone()).toEqual([]);
});

test('a port in use gives one line that says what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const program = start({ PORT: String(port) });
  expect(await exitOf(program)).toBe(1);
  expect(program.output()).toBe(
    `Port ${port} is in use: start with another, as in PORT=${port + 1} npm start\n`,
  );
  server.close();
});

/** The real command line as a child process, and a real local server in a folder of its own for it to find. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startLocal } from '../../edge/local/start.ts';
import { type Client, createClient } from '../../shared/api/client.ts';

const root = join(import.meta.dirname, '..', '..');
const BIN = join(root, 'cli', 'bin.js');
const RUNNER = join(root, 'gpu-runner', 'main.ts');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Workbench {
  /** Where the command runs; files for it are written here. */
  folder: string;
  client: Client;
  trainyard(words: readonly string[], stdin?: string): Promise<Ended>;
  /** Where it was opened without one. */
  startRunner(): void;
  close(): Promise<void>;
}

export async function openWorkbench({ runner }: { runner: boolean }): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-cli-'));
  const home = join(folder, '.trainyard');
  await mkdir(home);
  const server = await startLocal({ home, port: 0, log: () => {}, runner: false });
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
  };
  let worker: ChildProcess | undefined;
  const start = () => {
    worker = startRunner({ ...env, TRAINYARD_HOME: home });
  };
  if (runner) start();
  return {
    folder,
    client: createClient({ baseUrl: server.url, token: server.ownerToken }),
    trainyard: (words, stdin = '') => run(words, stdin, folder, env),
    startRunner: start,
    async close() {
      if (worker) await stop(worker);
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function run(
  words: readonly string[],
  stdin: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, ...words], { cwd, env });
  child.stdin.end(stdin);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

function startRunner(env: NodeJS.ProcessEnv): ChildProcess {
  const flags = ['--disable-warning=ExperimentalWarning'];
  return spawn(process.execPath, [...flags, RUNNER, 'start'], { env, stdio: 'ignore' });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

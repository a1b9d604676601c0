/** A real runner process for tests: started, heard by its log, killed as a test likes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSetupReport } from '../../gpu-runner/tensorflow/setup-report.ts';
import { FAST_CLOCK } from '../fast-clock.ts';

export interface LogLine {
  message: string;
  [field: string]: unknown;
}

export interface RunnerProcess {
  process: ChildProcess;
  /** Process id of the child that trains; waits for the next one to start. */
  nextChild(): Promise<number>;
  /** What it has logged so far. */
  said: readonly LogLine[];
  /** Resolves with its exit code, null when a signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const hasTensorflow = (readSetupReport()?.source ?? 'none') !== 'none';
const main = join(import.meta.dirname, '..', '..', 'gpu-runner', 'main.ts');

/**
 * Its clock runs fast, so that a training that is over in seconds stores checkpoints on its way. `executor`: the only one that it
 * trains with; two round in their own ways, and curves are the same on the same one.
 */
export function startRunner(
  home: string,
  { url, token }: { url: string; token: string },
  executor: string | null = hasTensorflow ? 'tensorflow' : 'wasm',
  settings: Readonly<Record<string, string>> = {},
): RunnerProcess {
  const runner = spawn(process.execPath, [main, 'start'], {
    env: {
      ...process.env,
      ...{ TRAINYARD_HOME: home, TRAINYARD_URL: url, TRAINYARD_TOKEN: token },
      ...settings,
      ...(executor !== null && { TRAINYARD_EXECUTOR: executor }),
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(FAST_CLOCK)}`,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(runner, 'exit');
  const said: LogLine[] = [];
  const started = () => said.filter(({ message, pid }) => message === 'job started' && pid);
  let told = 0;
  createInterface({ input: runner.stderr }).on('line', (line) => {
    if (!line.startsWith('{')) return;
    said.push(JSON.parse(line) as LogLine);
  });
  return {
    process: runner,
    said,
    async nextChild() {
      await until(() => started().length > told, 'a training process starts');
      return started()[told++]!.pid as number;
    },
    async end(signal) {
      runner.kill(signal);
      await exited;
      return runner.exitCode;
    },
  };
}

/** Asks again and again until `answer` is something. */
export async function until<T>(
  answer: () => T | Promise<T>,
  what: string,
  ms = 90_000,
): Promise<NonNullable<T>> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) {
    const found = await answer();
    if (found) return found;
  }
  throw new Error(`waited ${ms} ms in vain until ${what}`);
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

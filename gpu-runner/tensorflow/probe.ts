/**
 * Finds out what this machine trains with, in a child: a native library that crashes is reported, not suffered. Where
 * libtensorflow crashes, the probe falls back to JavaScript, and the jobs after it do too.
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { BACKEND_VARIABLE, type LoadedTensorflow } from './load.ts';
import { tensorflowEnvironment } from './setup-report.ts';

export interface Probe extends Omit<LoadedTensorflow, 'tf'> {
  /** Speed of a 256 × 256 matrix product, 10⁹ operations a second. */
  gflops: number;
}

export type ProbeMessage = ({ type: 'works' } & Probe) | { type: 'fails'; message: string };

const PATIENCE_MS = 120_000; // a GPU's first use can compile kernels for a minute

/** Rejects when not even JavaScript works; its message says why. */
export async function probeTensorflow(): Promise<Probe> {
  const first = await probeOnce(process.env);
  if (first.type === 'works') return first;
  const second = await probeOnce({ ...process.env, [BACKEND_VARIABLE]: 'javascript' });
  if (second.type === 'fails') throw new Error(second.message);
  process.env[BACKEND_VARIABLE] = 'javascript';
  return { ...second, problem: first.message };
}

function probeOnce(env: NodeJS.ProcessEnv): Promise<ProbeMessage> {
  return new Promise((resolve) => {
    const child = fork(join(import.meta.dirname, 'probe-child.ts'), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      timeout: PATIENCE_MS,
      env: tensorflowEnvironment(env),
    });
    let words = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      words = (words + chunk).slice(-1000);
    });
    child.on('message', (message: ProbeMessage) => resolve(message));
    child.on('error', (error) => resolve({ type: 'fails', message: error.message }));
    child.on('close', (code, signal) =>
      resolve({
        type: 'fails',
        message: `ended with ${signal ?? `code ${code}`} while loading. ${words}`.trim(),
      }),
    );
  });
}

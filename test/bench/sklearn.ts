/** The contestant `scikit-learn + FastAPI`: sklearn_endpoint.py, run by a Python that has both. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PythonPackages } from '../helpers/python.ts';
import { post, type Target } from './load.ts';
import { freePort, stop } from './server-process.ts';

/** What the contestant runs on. */
export const SKLEARN: PythonPackages = {
  packages: ['scikit-learn', 'pandas', 'fastapi', 'uvicorn'],
  modules: ['sklearn', 'pandas', 'fastapi', 'uvicorn'],
};

export interface SklearnTask {
  file: string;
  target: string;
  task: string;
  /** JSON file with the places of the rows held out. */
  testRows: string;
  body: string;
}

export interface SklearnEndpoint {
  /** Accuracy or R² on the rows held out. */
  score: number;
  target: Target;
  close(): Promise<void>;
}

/** From the file until the first prediction is there. */
export async function startSklearn(
  python: string,
  { file, target, task, testRows, body }: SklearnTask,
): Promise<SklearnEndpoint> {
  const port = await freePort();
  const script = join(import.meta.dirname, 'sklearn_endpoint.py');
  const child = spawn(python, [script, file, target, task, testRows, String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors = text(child.stderr);
  const predict = { url: `http://127.0.0.1:${port}/predict`, headers: {}, body };
  let printed = '';
  child.stdout.on('data', (part) => {
    printed += String(part);
  });
  const close = () => stop(child);
  try {
    while (!(await isAnswered(predict))) {
      if (child.exitCode !== null) throw new Error(`${script} ended: ${await errors}`);
      await sleep(5);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { score: JSON.parse(printed).score, target: predict, close };
}

const isAnswered = (target: Target): Promise<boolean> =>
  post(target).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') return false;
      throw error;
    },
  );

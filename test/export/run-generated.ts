/** Runs generated programs: all of a language in one process, whose start takes longest. */
import { spawn } from 'node:child_process';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Prediction } from '../../shared/schema/prediction.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
/** One framework does for both. */
export const PYTHON_ENV = { KERAS_BACKEND: 'torch' };

export const ONNX_PACKAGES = ['onnxruntime', 'onnx', 'numpy'];

/** Of each program, in order, what it answers to its rows.json, or what it died of. */
export type Answer = Prediction[] | { error: string };

export async function run(cwd: string, program: string, args: string[], stdin = ''): Promise<string> {
  const env = { ...process.env, ...PYTHON_ENV, PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(program, args, { cwd, env });
  child.stdin.end(stdin);
  const ended = new Promise((resolve) => child.on('close', resolve));
  const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${errors || out}`);
  return out;
}

export const runPython = async (python: string, folders: readonly string[]): Promise<Answer[]> =>
  answersOf(await run(ROOT, python, [join(import.meta.dirname, 'run_all.py'), ...folders]));

export const runTypescript = async (folders: readonly string[]): Promise<Answer[]> =>
  answersOf(await run(ROOT, process.execPath, [join(import.meta.dirname, 'run-all.mjs'), ...folders]));

const answersOf = (lines: string): Answer[] =>
  lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);

/** Checks the types of projects somewhere below `folder`, by the settings of the first. */
export async function checkTypes(folder: string, projects: readonly string[]): Promise<void> {
  const { compilerOptions } = JSON.parse(await readFile(join(projects[0]!, 'tsconfig.json'), 'utf8')) as {
    compilerOptions: object;
  };
  const settings = { compilerOptions, include: projects.map((project) => `${project}/src`) };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  await run(folder, process.execPath, [TSC]);
}

/** What the projects under `folder` depend on. */
export const linkPackages = (folder: string): Promise<void> =>
  symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));

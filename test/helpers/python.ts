/** A Python that has the packages a contestant needs: the one at hand, Debian's, or one of our own with what pip brings. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder.ts';

const run = promisify(execFile);
const venv = join(cacheFolder, 'python');

export interface PythonPackages {
  /** As pip knows them. */
  packages: readonly string[];
  /** As Python imports them. */
  modules: readonly string[];
  /** Environment variables that they want. */
  env?: Readonly<Record<string, string>>;
}

/** Its path. Throws an Error when the packages cannot be had. */
export async function findPython({ packages, modules, env }: PythonPackages): Promise<string> {
  const own = join(venv, 'bin/python');
  const hasModules = (python: string) =>
    run(python, ['-c', `import ${modules.join(', ')}`], { env: { ...process.env, ...env } }).then(
      () => true,
      () => false,
    );
  for (const python of ['python3', '/usr/bin/python3', own]) if (await hasModules(python)) return python;
  await run('python3', ['-m', 'venv', venv]);
  const flags = ['--quiet', '--retries', '0', '--disable-pip-version-check', '--only-binary=:all:'];
  await run(own, ['-m', 'pip', 'install', ...flags, ...packages]);
  if (await hasModules(own)) return own;
  throw new Error(`${packages.join(', ')} do not load in ${own}`);
}

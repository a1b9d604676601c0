/** npm packages that only benchmarks need: too large to be anyone's dependency, so fetched into a folder of their own. */
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../helpers/cache-folder.ts';

const PACKAGES = {
  '@jax-js/jax': '0.1.25',
  'bee-queue': '2.0.0',
  bullmq: '6.7.0',
  // which bullmq speaks to Redis with
  ioredis: '6.0.0',
  fastify: '5.12.8',
  'onnxruntime-node': '1.30.0',
  'onnxruntime-web': '1.30.0',
} as const;
type Name = keyof typeof PACKAGES;

const home = join(cacheFolder, 'bench-node');

/** The package's folder. Throws an Error when npm cannot bring it. */
export async function ensureNodePackage(name: Name): Promise<string> {
  const folder = join(home, 'node_modules', name);
  if ((await versionIn(folder)) === PACKAGES[name] && !installing) return folder;
  installing ??= installAll(); // two at once would spoil each other's files
  await installing;
  return folder;
}

let installing: Promise<unknown> | undefined;

async function installAll(): Promise<void> {
  await mkdir(home, { recursive: true });
  const wanted = Object.entries(PACKAGES).map(([one, version]) => `${one}@${version}`);
  const flags = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  await promisify(execFile)('npm', ['install', '--prefix', home, ...flags, ...wanted], { cwd: home });
}

const versionIn = async (folder: string): Promise<unknown> =>
  JSON.parse(await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}')).version;

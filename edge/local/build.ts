/**
 * Builds the Worker (edge/dist) and the page (web/dist), each only when something it is made of has changed.
 * `node edge/local/build.ts` builds both.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

export const root = join(import.meta.dirname, '../..');
export const workerFile = join(root, 'edge/dist/worker.js');

type Log = (line: string) => void;

export async function buildWorker(log: Log): Promise<void> {
  await buildChanged('the Worker', 'edge/dist', ['edge', 'shared', 'package-lock.json'], log, async () => {
    const { build } = await import('esbuild');
    await build({
      entryPoints: [join(root, 'edge/worker.ts')],
      outdir: dirname(workerFile),
      bundle: true,
      splitting: true, // what is imported when it is needed becomes a module of its own
      minify: true, // an isolate that begins reads all that answers a prediction
      format: 'esm',
      target: 'es2023',
      conditions: ['workerd', 'worker', 'browser'],
      external: ['cloudflare:*', 'node:*'],
      loader: { '.wasm': 'copy' }, // workerd takes WebAssembly as a module, never as bytes
      sourcemap: true,
      plugins: [oneLanguage],
      logLevel: 'error',
    });
  });
}

/** Whoever imports zod by name gets its words in every language: a quarter of a megabyte of which one is spoken here. */
const oneLanguage: Plugin = {
  name: 'one-language',
  setup({ onResolve }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ path, resolveDir }) =>
      resolveDir.includes('/zod/') ? { path: join(resolveDir, path, '../en.js') } : undefined,
    );
  },
};

export async function buildWeb(log: Log): Promise<void> {
  await buildChanged('the web app', 'web/dist', ['web', 'shared', 'package-lock.json'], log, async () => {
    const { build } = await import('vite');
    await build({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'error' });
    await buildPredictors();
  });
}

/** Scripts that run models anywhere, each one file with its kernels in it: web/dist/predictor.js and standalone.js. */
async function buildPredictors(): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    entryPoints: ['predictor', 'standalone'].map((name) => join(root, `web/predictor/${name}.ts`)),
    outdir: join(root, 'web/dist'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    conditions: ['browser'],
    loader: { '.wasm': 'binary' },
    logLevel: 'error',
  });
}

async function buildChanged(
  what: string,
  target: string,
  sources: string[],
  log: Log,
  build: () => Promise<void>,
) {
  const folder = join(root, target);
  const stamp = join(folder, '.sources'); // sha256 of what the last build was made of
  const hash = await hashSources(sources);
  if ((await readFile(stamp, 'utf8').catch(() => '')) === hash) return;
  log(`Building ${what} …`);
  const since = performance.now();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await build();
  await writeFile(stamp, hash);
  log(`Building ${what}: done in ${((performance.now() - since) / 1000).toFixed(1)} s`);
}

async function hashSources(sources: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const path of await listFiles(source)) hash.update(path).update(await readFile(join(root, path)));
  }
  return hash.digest('hex');
}

const unrelated = /^(node_modules|dist|local)$|\.test\.tsx?$/;

async function listFiles(path: string): Promise<string[]> {
  if (/\.\w+$/.test(path)) return [path];
  const entries = await readdir(join(root, path), { withFileTypes: true });
  const related = entries.filter(({ name }) => !unrelated.test(name));
  const lists = related.map((entry) => {
    const inner = `${path}/${entry.name}`;
    return entry.isDirectory() ? listFiles(inner) : [inner];
  });
  return (await Promise.all(lists)).flat().sort();
}

if (process.argv[1] === import.meta.filename) {
  await buildWorker(console.error);
  await buildWeb(console.error);
}

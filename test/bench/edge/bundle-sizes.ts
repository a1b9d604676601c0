/** What would be deployed, without models: JavaScript (minified) and WebAssembly, each as gzip. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { transform } from 'esbuild';
import { type Row, rowsOf } from '../rows.ts';
import { CASES } from './cases.ts';
import { bundleHello, bundleOrt, bundleTfjs } from './contestants.ts';
import { buildOwn } from './own-server.ts';
import { COMPARISONS, OURS } from './race.ts';
import type { Bundle } from './worker.ts';

export async function bundleSizes(): Promise<Row[]> {
  const served = await CASES.mlp();
  const bundles: Record<string, Bundle> = {
    [OURS]: await ownBundle(),
    'hono-hello': await bundleHello(),
    'tfjs-wasm': await bundleTfjs(served),
    'ort-web': await bundleOrt(served),
  };
  const kilobytes = (size: (bundle: Bundle) => number) => ({
    unit: 'KB',
    values: Object.fromEntries(Object.entries(bundles).map(([one, bundle]) => [one, [size(bundle) / 1000]])),
  });
  return [
    ...rowsOf('size', 'code', kilobytes(codeSize), COMPARISONS),
    ...rowsOf('size', 'wasm', kilobytes(wasmSize), COMPARISONS),
  ];
}

const codeSize = ({ code }: Bundle): number => gzipSync(code, { level: 9 }).length;
const wasmSize = ({ modules }: Bundle): number =>
  Object.values(modules)
    .filter(({ type }) => type === 'CompiledWasm')
    .reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);

async function ownBundle(): Promise<Bundle> {
  const file = await buildOwn();
  const folder = dirname(file);
  const { code } = await transform(await readFile(file, 'utf8'), { minify: true, format: 'esm' });
  const names = (await readdir(folder)).filter((name) => name.endsWith('.wasm'));
  const modules = names.map(async (name) => {
    const contents = await readFile(join(folder, name));
    return [name, { type: 'CompiledWasm', contents }] as const;
  });
  return { code, modules: Object.fromEntries(await Promise.all(modules)) };
}

/**
 * What would be deployed, without models: JavaScript (minified) and WebAssembly, each as gzip. Of ours `code` is what answers predictions, and
 * `all code` what other requests load besides.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
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
    ...rowsOf('size', 'all code', { unit: 'KB', values: { [OURS]: [(await ownSize()) / 1000] } }),
    ...rowsOf('size', 'wasm', kilobytes(wasmSize), COMPARISONS),
  ];
}

const zipped = (contents: Uint8Array | string): number => gzipSync(contents, { level: 9 }).length;
const sizeOf = (all: (Uint8Array | string)[]): number => all.reduce((sum, one) => sum + zipped(one), 0);
const modulesOf = ({ modules }: Bundle, type: string) =>
  Object.values(modules).flatMap((module) => (module.type === type ? [module.contents] : []));

const codeSize = (bundle: Bundle): number => sizeOf([bundle.code, ...modulesOf(bundle, 'Text')]);
const wasmSize = (bundle: Bundle): number => sizeOf(modulesOf(bundle, 'CompiledWasm'));

/** The Worker's first module and what it imports, as text; what is loaded when it is needed is not among them. */
async function ownBundle(): Promise<Bundle> {
  const file = await buildOwn();
  const folder = dirname(file);
  const modules: Record<string, { type: 'CompiledWasm' | 'Text'; contents: Uint8Array }> = {};
  const visit = async (name: string): Promise<void> => {
    if (modules[name]) return;
    const contents = await readFile(join(folder, name));
    modules[name] = { type: name.endsWith('.wasm') ? 'CompiledWasm' : 'Text', contents };
    if (name.endsWith('.wasm')) return;
    for (const [, imported] of contents.toString().matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g))
      await visit(imported!);
  };
  await visit(basename(file));
  return { code: '', modules };
}

/** All JavaScript of ours. */
async function ownSize(): Promise<number> {
  const folder = dirname(await buildOwn());
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  return sizeOf(await Promise.all(names.map((name) => readFile(join(folder, name)))));
}

/** A rival's Worker in workerd, with its socket straight into it, as ours has. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { convertV4MiniflareOptions, Miniflare, NoOpLog } from 'miniflare';

export interface Bundle {
  code: string;
  /** Modules beside it, by name. */
  modules: Readonly<
    Record<string, { type: 'CompiledWasm' | 'Data' | 'Text'; contents: Uint8Array | string }>
  >;
}

const HOST = '127.0.0.1';
const COMPATIBILITY_DATE = '2026-11-01';

/** `name`: of a file in rivals/; `packages`: folder where more packages lie. */
export async function bundleWorker(
  name: string,
  modules: Bundle['modules'],
  packages?: string,
): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'rivals', `${name}.ts`)],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2023',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['module', 'main'],
    external: ['cloudflare:*', 'node:*', ...Object.keys(modules).map((one) => `./${one}`)],
    ...(packages && { nodePaths: [packages] }),
    define: { process: 'undefined' }, // or libraries take workerd for Node
    logLevel: 'error',
  });
  return { code: outputFiles[0]!.text, modules };
}

export async function startWorker({
  code,
  modules,
}: Bundle): Promise<{ origin: string; close(): Promise<void> }> {
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      host: HOST,
      cf: false,
      telemetry: { enabled: false },
      log: new NoOpLog(),
      workers: [
        {
          name: 'rival',
          compatibilityDate: COMPATIBILITY_DATE,
          modules: [
            { type: 'ESModule', path: 'worker.js', contents: code },
            ...Object.entries(modules).map(([path, module]) => ({ path, ...module })),
          ],
          unsafeDirectSockets: [{ host: HOST, port: 0 }],
        },
      ],
    }),
  );
  const { origin } = await worker.unsafeGetDirectURL('rival');
  return { origin, close: () => worker.dispose() };
}

export const wasmModule = async (path: string) =>
  ({ type: 'CompiledWasm', contents: await readFile(path) }) as const;

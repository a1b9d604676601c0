/** The runtimes that must agree: Node, workerd and Chromium, each given the same probe, bundled by esbuild. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { launchChromium } from '../browser/chromium.ts';
import type { Answer, Question } from './probe.ts';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const KERNELS = here('../../shared/executors/wasm/dist/kernels.wasm');

export interface Runtime {
  golden(): Promise<Record<string, string>>;
  answer(question: Question, executor: string): Promise<Answer>;
  close(): Promise<void>;
}

/** The kernels are no part of a script: workerd gets them as a module, the page by an address. */
const KERNELS_BESIDE: Plugin = {
  name: 'kernels beside the script',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /kernels\.wasm$/ }, () => ({ path: './kernels.wasm', external: true }));
    onResolve({ filter: /\.wasm\?url$/ }, ({ path }) => ({ path: basename(path, '?url'), namespace: 'url' }));
    onLoad({ filter: /./, namespace: 'url' }, ({ path }) => ({ contents: `export default '/${path}'` }));
  },
};

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [here(entry)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
    plugins: [KERNELS_BESIDE],
  });
  return outputFiles[0]!.text;
}

export async function startWorkerd(): Promise<Runtime> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: [
        { type: 'ESModule', path: 'probe.js', contents: await bundle('probe-workerd.ts') },
        { type: 'CompiledWasm', path: 'kernels.wasm', contents: await readFile(KERNELS) },
      ],
      modulesRoot: '/',
      compatibilityDate: '2026-01-01',
    }),
  );
  const url = await miniflare.ready;
  return {
    golden: async () => (await fetch(url)).json() as Promise<Record<string, string>>,
    async answer(question) {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(question) });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as Answer;
    },
    close: () => miniflare.dispose(),
  };
}

/** WebGPU needs a secure context, so the page comes from a server on the loopback address. */
export async function startChromium(): Promise<Runtime> {
  const script = await bundle('probe-chromium.ts');
  const server = createServer(async (request, response) => {
    if (request.url === '/kernels.wasm') {
      response.setHeader('content-type', 'application/wasm').end(await readFile(KERNELS));
    } else if (request.url === '/probe.js') {
      response.setHeader('content-type', 'text/javascript').end(script);
    } else {
      response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><script type="module" src="/probe.js"></script>');
    }
  }).listen(0, '127.0.0.1');
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction('globalThis.parity');
  return {
    golden: () => page.evaluate('parity.golden()'),
    answer: (question, executor) =>
      page.evaluate(`parity.answer(${JSON.stringify(question)}, ${JSON.stringify(executor)})`),
    async close() {
      await browser.close();
      server.close();
    },
  };
}

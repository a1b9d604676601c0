/** The runtimes that must agree: Node, workerd and Chromium, each given the same probe, bundled by esbuild. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { launchChromium } from '../browser/chromium.ts';
import type { Answer, Question } from './probe.ts';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const WASM_FILES = fileURLToPath(new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm')));

export interface Runtime {
  golden(): Promise<Record<string, string>>;
  answer(question: Question, backend: string): Promise<Answer>;
  close(): Promise<void>;
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [here(entry)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}

export async function startWorkerd(): Promise<Runtime> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: [{ type: 'ESModule', path: 'probe.js', contents: await bundle('probe-workerd.ts') }],
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
    const wasm = /^\/wasm\/([\w.-]+\.wasm)$/.exec(request.url ?? '');
    if (wasm) {
      response.setHeader('content-type', 'application/wasm').end(await readFile(`${WASM_FILES}${wasm[1]}`));
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
    answer: (question, backend) =>
      page.evaluate(`parity.answer(${JSON.stringify(question)}, ${JSON.stringify(backend)})`),
    async close() {
      await browser.close();
      server.close();
    },
  };
}

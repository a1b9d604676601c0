/** Debian's Chromium, and a page for each contestant: training on WebGPU is the device's affair, not the page's. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { launchChromium } from '../../browser/chromium.ts';
import { ensureNodePackage } from '../node-packages.ts';
import type { TrainingCase } from './contestant.ts';
import type { PageBench, Trained } from './page.ts';

export interface Measurement extends Trained {
  /** ms that the page's thread was busy. */
  busy: number;
}

export interface BenchPage {
  train(steps: number): Promise<Measurement>;
  close(): Promise<void>;
}

export interface BenchBrowser {
  start(contestant: string, task: TrainingCase): Promise<BenchPage>;
  close(): Promise<void>;
}

export async function openBrowser(): Promise<BenchBrowser> {
  const server = await serve();
  const browser = await launchChromium();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    start: (contestant, task) => startPage(browser, url, contestant, task),
    async close() {
      await browser.close();
      server.close();
    },
  };
}

async function startPage(
  browser: Browser,
  url: string,
  contestant: string,
  task: TrainingCase,
): Promise<BenchPage> {
  const page = await browser.newPage();
  try {
    await page.goto(url);
    await page.waitForFunction('globalThis.bench');
    await page.evaluate(([name, given]) => pageBench().start(name, given), [contestant, task] as const);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    return { train: (steps) => train(page, session, steps), close: () => page.close() };
  } catch (error) {
    await page.close();
    throw error;
  }
}

async function train(page: Page, session: CDPSession, steps: number): Promise<Measurement> {
  const before = await taskSeconds(session);
  const trained = await page.evaluate((count) => pageBench().train(count), steps);
  return { ...trained, busy: 1000 * ((await taskSeconds(session)) - before) };
}

/** Seconds that the page's main thread has spent in tasks. */
async function taskSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')!.value;
}

/** Used inside the page. */
declare const pageBench: () => PageBench;

/** WebGPU needs a secure context (loopback is one), exact clocks an isolated one. */
async function serve(): Promise<Server> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  });
  const script = outputFiles[0]!.text;
  const folders: Readonly<Record<string, string>> = {
    kernels: fileURLToPath(new URL('../../../shared/executors/wasm/dist', import.meta.url)),
    'tfjs-wasm': dirname(fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm'))),
    'jax-js': join(await ensureNodePackage('@jax-js/jax'), 'dist'),
  };
  const html =
    '<!doctype html><script>pageBench = () => bench</script><script type="module" src="/page.js"></script>';
  const answer = async (path: string): Promise<[type: string, body: string | Uint8Array] | undefined> => {
    const [, folder = '', file = ''] = path.split('/');
    if (path === '/') return ['text/html', html];
    if (path === '/page.js') return ['text/javascript', script];
    const from = folders[folder];
    if (!from || !/^[\w.-]+$/.test(file)) return undefined;
    const type = file.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
    return [type, await readFile(join(from, file))];
  };
  const server = createServer(async (request, response) => {
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
    const found = await answer(request.url ?? '').catch(() => undefined);
    if (found) response.setHeader('content-type', found[0]).end(found[1]);
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

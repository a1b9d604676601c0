/** Debian's Chromium, and a page for each contestant: training on WebGPU is the device's affair, not the page's. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { launchChromium } from '../../browser/chromium.ts';
import { ensureNodePackage } from '../node-packages.ts';
import { servePage } from '../serve-page.ts';
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
  const { url, close } = await servePage(new URL('page.ts', import.meta.url), {
    kernels: new URL('../../../shared/executors/wasm/dist/', import.meta.url),
    'tfjs-wasm': new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm')),
    'jax-js': pathToFileURL(join(await ensureNodePackage('@jax-js/jax'), 'dist/')),
  });
  const browser = await launchChromium();
  return {
    start: (contestant, task) => startPage(browser, url, contestant, task),
    async close() {
      await browser.close();
      close();
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
    await page.waitForFunction('globalThis.pageBench');
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

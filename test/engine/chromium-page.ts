/** The browser's executors, in one page of Chromium, which works through all questions by itself while Node does its own. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { hasChromium, launchChromium } from '../browser/chromium.ts';
import { questionsFor, type Subject } from './checks/subject.ts';
import { partOf } from './exceptions.ts';
import { KERNELS, type Started } from './node-executors.ts';

export const PAGE_EXECUTORS = ['wasm', 'webgpu', 'tfjs:webgl'] as const;

const MISSING = 'no Chromium here: apt-get install chromium, or name one in CHROMIUM';

export interface ChromiumPage {
  start(executor: string): Promise<Started>;
  close(): Promise<void>;
}

export async function openChromium({
  executors = PAGE_EXECUTORS as readonly string[],
  ahead = true,
} = {}): Promise<ChromiumPage> {
  if (!hasChromium)
    return { start: async () => ({ subject: null, missing: MISSING }), close: async () => {} };
  const [script, kernels] = await Promise.all([bundle(), readFile(KERNELS)]);
  const server = createServer((request, response) => {
    if (request.url === '/page.js') response.setHeader('content-type', 'text/javascript').end(script);
    else if (request.url === '/kernels.wasm')
      response.setHeader('content-type', 'application/wasm').end(kernels);
    else
      response.setHeader('content-type', 'text/html').end('<script type="module" src="/page.js"></script>');
  }).listen(0, '127.0.0.1');
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction('globalThis.engine');
  const subjects = new Map<string, Promise<Subject>>();
  let queue: Promise<unknown> = Promise.resolve();
  /** After all that was asked before. */
  const evaluate = <T>(call: string): Promise<T> => {
    const answer = queue.then(() => page.evaluate(call) as Promise<T>);
    queue = answer.catch(() => {}); // who asked is told
    return answer;
  };
  for (const executor of executors) {
    const start = evaluate(`engine.start(${JSON.stringify(executor)}, ${JSON.stringify(partOf(executor))})`);
    subjects.set(
      executor,
      start.then(() => subjectIn(evaluate, executor, ahead)),
    );
  }
  return {
    start: async (executor) => ({ subject: await subjects.get(executor)! }),
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** `ahead`: asks everything at once, and hands out the answers as they are wanted. */
function subjectIn(evaluate: (call: string) => Promise<unknown>, executor: string, ahead: boolean): Subject {
  const answers = new Map<string, Promise<unknown>>();
  const ask = (question: string, argument = ''): Promise<never> => {
    const call = `engine.ask(${[executor, question, argument].map((text) => JSON.stringify(text))})`;
    const answer = answers.get(call) ?? evaluate(call);
    answer.catch(() => {}); // it may be wanted later, or never
    answers.set(call, answer);
    return answer as Promise<never>;
  };
  if (ahead) for (const [question, argument] of questionsFor(partOf(executor))) ask(question, argument);
  return {
    operator: (name) => ask('operator', name),
    block: (type) => ask('block', type),
    contract: (name) => ask('contract', name),
    losses: (name) => ask('losses', name),
    randomGraphs: () => ask('randomGraphs'),
    growth: () => ask('growth'),
  };
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}

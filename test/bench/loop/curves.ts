/** The charts of a run's page with two runs of 100,000 points each, in Chromium: are there pauses while they are read, drawn and zoomed? */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import type { MetricPoint } from '../../../shared/schema/metric.ts';
import { launchChromium } from '../../browser/chromium.ts';
import type { CurvesBench } from './curves-page.ts';

/** Of a part of the page's work. Only a busy machine makes `longest` much more than `busiest`. */
export interface Pauses {
  /** Tasks that held the page's thread for more than 50 ms, by PerformanceObserver('longtask'), and ms of the longest; 0 without one. */
  count: number;
  longest: number;
  /** ms of processor time in the task that had the most. */
  busiest: number;
}

export interface CurvesMeasured {
  /** ms from asking for both runs to their curves in memory. */
  read: number;
  /** ms from there to the charts on the screen. */
  firstDraw: number;
  pauses: Record<'reading' | 'drawing' | 'zooming' | 'growing', Pauses>;
}

const RUNS = ['first', 'second'];

/** Used inside the page. */
declare const curvesBench: CurvesBench;

export async function benchCurves(pointsEach = 100_000): Promise<CurvesMeasured> {
  const server = await serve(pointsEach);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('globalThis.curvesBench');
    const watched = async (work: () => Promise<unknown>): Promise<Pauses> => {
      await page.evaluate(() => curvesBench.takeLongTasks());
      await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline'] });
      await work();
      const busiest = busiestTask(await browser.stopTracing());
      return { ...(await page.evaluate(() => curvesBench.takeLongTasks())), busiest };
    };
    let [read, firstDraw] = [0, 0];
    const pauses = {
      reading: await watched(async () => {
        read = await page.evaluate((names) => curvesBench.read(names), RUNS);
      }),
      drawing: await watched(async () => {
        firstDraw = await page.evaluate(() => curvesBench.draw());
      }),
      zooming: await watched(() => zoom(page)),
      growing: await watched(() => page.evaluate(() => curvesBench.grow(30, 20))),
    };
    return { read, firstDraw, pauses };
  } finally {
    await browser.close();
    server.close();
  }
}

/** Processor time in ms, of the thread that runs the page's scripts. */
export function busiestTask(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const tasks = traceEvents.filter(({ name, ph }) => name === 'RunTask' && ph === 'X');
  const mains = new Set(
    traceEvents.flatMap(({ name, args, pid, tid }) =>
      name === 'thread_name' && args.name === 'CrRendererMain' ? [`${pid} ${tid}`] : [],
    ),
  );
  return Math.max(
    0,
    ...tasks.flatMap(({ pid, tid, tdur = 0 }) => (mains.has(`${pid} ${tid}`) ? [tdur / 1000] : [])),
  );
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** µs of processor time. */
  tdur?: number;
  args: { name?: string };
}

/** By drag, by wheel and by keys, and back. */
async function zoom(page: Page): Promise<void> {
  const chart = page.locator('.u-over').first();
  const { x, y, width, height } = (await chart.boundingBox())!;
  const at = (share: number) => [x + share * width, y + height / 2] as const;
  await page.mouse.move(...at(0.2));
  await page.mouse.down();
  for (let share = 0.25; share <= 0.8; share += 0.05) await page.mouse.move(...at(share));
  await page.mouse.up();
  await page.keyboard.down('Control');
  for (const turn of [-120, -120, -120, -120, 120, 120, 120]) {
    await page.mouse.wheel(0, turn);
    await page.evaluate(() => curvesBench.drawn());
  }
  await page.keyboard.up('Control');
  await page.mouse.dblclick(...at(0.5));
  for (const key of ['+', '+', '+', 'ArrowRight', 'ArrowLeft', '-', '-', '-']) {
    await page.keyboard.press(key);
    await page.evaluate(() => curvesBench.drawn());
  }
}

async function serve(pointsEach: number) {
  const { outputFiles } = await build({
    entryPoints: {
      page: fileURLToPath(new URL('curves-page.ts', import.meta.url)),
      worker: fileURLToPath(new URL('../../../web/curves/curves.worker.ts', import.meta.url)),
    },
    bundle: true,
    write: false,
    outdir: 'out',
    format: 'esm',
    platform: 'browser',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  const built = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))!.text;
  const html = `<!doctype html><link rel="stylesheet" href="/page.css"><div id="root"></div><script type="module" src="/page.js"></script>`;
  const answers: Record<string, [type: string, body: string]> = {
    '/': ['text/html', html],
    '/page.js': ['text/javascript', built('page.js')],
    // where the page's script looks for it, beside itself
    '/curves.worker.ts': ['text/javascript', built('worker.js')],
    '/page.css': ['text/css', built('page.css')],
  };
  const runs = new Map(RUNS.map((run, i) => [run, noisyLoss(pointsEach, i + 1)]));
  const server = createServer(({ url = '' }, response) => {
    const metrics = /^\/v1\/runs\/(\w+)\/metrics/.exec(url);
    const found: [type: string, body: string] | undefined = metrics
      ? ['application/json', JSON.stringify(answer(runs.get(metrics[1]!)!, url))]
      : answers[url];
    if (found) response.setHeader('content-type', found[0]).end(found[1]);
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

/** As the server answers: every so many points, or a piece of one curve. */
function answer(points: readonly MetricPoint[], url: string): unknown {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (pathname.endsWith('/overview')) {
    const every = Math.ceil(points.length / 2000);
    return { isWhole: false, points: points.filter(({ split }, i) => split !== 'train' || i % every === 0) };
  }
  const [after, limit] = [Number(searchParams.get('after')), Number(searchParams.get('limit'))];
  return points
    .filter(({ split, step }) => split === searchParams.get('split') && step > after)
    .slice(0, limit);
}

/** A falling loss with noise, 1,000 steps an epoch and a validation loss at the end of each. */
function noisyLoss(count: number, seed: number): MetricPoint[] {
  const loss = (step: number) => Math.exp(-step / (count / 3)) + 0.05;
  return Array.from({ length: count }, (_, i): MetricPoint[] => {
    const step = i + 1;
    const noise = 1 + 0.4 * Math.sin(seed * step * 12.9898);
    const place = { step, epoch: step / 1000, name: 'loss' as const };
    const train: MetricPoint = { ...place, split: 'train', value: loss(step) * noise };
    return step % 1000 === 0 ? [train, { ...place, split: 'validation', value: loss(step) * 1.1 }] : [train];
  }).flat();
}

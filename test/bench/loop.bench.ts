/**
 * What the training loop itself costs: steps a second of whole trainings as a share of the bare step's, and how right its estimate of
 * the time left was after a tenth; how long the page's own thread is held by curves, and while it trains; and how soon a tab learns MNIST. In a page WebGPU is software, so that its steps are slow and hide what the loop costs.
 */
import { readFile } from 'node:fs/promises';
import { findExecutors } from '../../gpu-runner/executors.ts';
import { createWasmExecutor } from '../../shared/executors/wasm/wasm-executor.ts';
import { launchChromium } from '../browser/chromium.ts';
import { measured, say, wantedCases } from './contest.ts';
import { CASES } from './loop/cases.ts';
import { benchCurves, type CurvesMeasured, type Pauses } from './loop/curves.ts';
import { type LoopRates, measureLoop } from './loop/measure.ts';
import { benchMnist } from './loop/mnist-page.ts';
import type { LoopBench } from './loop/page.ts';
import { benchPage } from './loop/training-page.ts';
import { median, type Row, rowsOf } from './rows.ts';
import { servePage } from './serve-page.ts';

const DIST = new URL('../../shared/executors/wasm/dist/', import.meta.url);

/** Used inside the page. */
declare const pageBench: () => LoopBench;

export async function bench(): Promise<Row[]> {
  const [tensorflow] = (await findExecutors()).filter(({ name }) => name === 'tensorflow');
  const browser = await launchChromium();
  const served = await servePage(new URL('loop/page.ts', import.meta.url), { kernels: DIST });
  try {
    const rows: Row[] = [];
    const all = { ...CASES, curves: benchCurves, page: benchPage, mnist: benchMnist };
    for (const [name] of wantedCases(all) as [keyof typeof all, unknown][]) {
      if (name === 'curves') {
        rows.push(...curveRows(await benchCurves()));
        continue;
      }
      if (name === 'page') {
        rows.push(...pauseRows('page', 'training', await benchPage()));
        continue;
      }
      if (name === 'mnist') {
        const { accuracy, seconds, estimate } = await benchMnist();
        rows.push(
          ...one('mnist', 'test accuracy', 'share', accuracy),
          ...one('mnist', 'click to end', 's', seconds),
          ...one('mnist', 'estimate after a tenth', 'share off', estimate),
        );
        continue;
      }
      const contestants: Record<string, () => Promise<LoopRates[]>> = {
        async wasm() {
          const kernels = await readFile(new URL('kernels.wasm', DIST));
          return measureLoop(name, createWasmExecutor(await WebAssembly.compile(kernels)));
        },
        ...(tensorflow && { tensorflow: async () => measureLoop(name, await tensorflow.start()) }),
        async webgpu() {
          const page = await browser.newPage();
          try {
            await page.goto(served.url);
            await page.waitForFunction('globalThis.pageBench');
            return await page.evaluate((one) => pageBench().measure('webgpu', one), name);
          } finally {
            await page.close();
          }
        },
      };
      for (const [executor, measure] of Object.entries(contestants)) {
        const rates = await measure();
        rows.push(...rowsFor(`${name} ${executor}`, rates));
      }
    }
    return rows;
  } finally {
    await browser.close();
    served.close();
  }
}

const one = (name: string, metric: string, unit: string, value: number): Row[] =>
  rowsOf(name, metric, { unit, values: { trainyard: [value] } });

/** Two runs of 100,000 points: read, drawn, zoomed, and growing. */
function curveRows({ read, firstDraw, pauses }: CurvesMeasured): Row[] {
  return [
    ...one('curves', 'read', 'ms', read),
    ...one('curves', 'first draw', 'ms', firstDraw),
    ...Object.entries(pauses).flatMap(([part, measured]) => pauseRows('curves', part, measured)),
  ];
}

/** Of the page's own thread, while it does a part of its work. */
function pauseRows(name: string, part: string, { count, longest, busiest }: Pauses): Row[] {
  return [
    ...one(name, `${part}, tasks above 50 ms`, 'tasks', count),
    ...one(name, `${part}, longest task`, 'ms', longest),
    ...one(name, `${part}, most processor time`, 'ms', busiest),
  ];
}

function rowsFor(name: string, rates: readonly LoopRates[]): Row[] {
  const share = median(rates.map(({ whole, bare }) => whole / bare));
  const off = median(rates.map(({ estimate }) => estimate));
  say(
    `${name}: the whole runs at ${share.toFixed(2)} of the bare step; the estimate was ${(100 * off).toFixed(0)} % short`,
  );
  const pace = measured('steps/s', ['training', 'bare step']);
  for (const { whole, bare } of rates) {
    pace.values.training!.push(whole);
    pace.values['bare step']!.push(bare);
  }
  return [
    ...rowsOf(name, 'throughput', pace),
    ...rowsOf(name, 'estimate', { unit: 'share off', values: { training: [off] } }),
  ];
}

/**
 * Training in a browser tab: our executors beside TensorFlow.js (`fit`, and a loop of one's own) and jax-js, each in a page of
 * its own in headless Chromium, measured in rounds. WebGPU is software here: mind the counts, and the ratios more than the times.
 */
import { alternating, firstLine, measured, say, wantedCases } from './contest.ts';
import { cnn, gruText, mlp, mlpTabular, transformer } from './models/bench-model.ts';
import { type Comparison, type Row, rowsOf } from './rows.ts';
import { type BenchBrowser, type BenchPage, openBrowser } from './train-browser/browser.ts';
import type { TrainingCase } from './train-browser/contestant.ts';

const CASES: Readonly<Record<string, TrainingCase>> = {
  'mlp-tabular': { model: mlpTabular(2), batch: 64 },
  mlp: { model: mlp, batch: 64 },
  cnn: { model: cnn, batch: 64 },
  'gru-text': { model: gruText(32), batch: 32 },
  transformer: { model: transformer, batch: 16 },
};

const CONTESTANTS = ['webgpu', 'wasm', 'tfjs-fit', 'tfjs-loop', 'jax-js', 'tfjs-wasm', 'tfjs-cpu'];
const COMPARISONS: readonly Comparison[] = [
  ['webgpu', 'tfjs-fit'],
  ['webgpu', 'tfjs-loop'],
  ['webgpu', 'jax-js'],
  ['wasm', 'tfjs-wasm'],
  ['wasm', 'tfjs-cpu'],
];

const ROUNDS = 3;
const ROUND_MS = 1000;
const MOST_STEPS = 512;
/** A contestant whose step takes longer is measured once, for one step. */
const SLOW_MS = 2000;

export async function bench(): Promise<Row[]> {
  const browser = await openBrowser();
  try {
    const rows: Row[] = [];
    for (const [name, task] of wantedCases(CASES)) rows.push(...(await race(browser, name, task)));
    return rows;
  } finally {
    await browser.close();
  }
}

interface Runner {
  page: BenchPage;
  /** In a round. */
  steps: number;
  rounds: number;
}

async function race(browser: BenchBrowser, name: string, task: TrainingCase): Promise<Row[]> {
  const runners = new Map<string, Runner>();
  for (const contestant of CONTESTANTS) {
    const page = await browser.start(contestant, task).catch((error: unknown) => {
      say(`${name}: no ${contestant}: ${firstLine(error)}`);
    });
    if (!page) continue;
    const pace = await paceOf(page).catch((error: unknown) => {
      say(`${name}: no ${contestant}: ${firstLine(error)}`);
    });
    if (pace) runners.set(contestant, { page, ...pace });
    else await page.close();
  }
  const metrics = {
    throughput: measured('steps/s', runners.keys()),
    jsTime: measured('ms/step', runners.keys()),
    dispatches: measured('dispatches/step', runners.keys()),
    submits: measured('submits/step', runners.keys()),
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [contestant, { page, steps, rounds }] of alternating(runners, round)) {
      if (round >= rounds) continue;
      const { loss, ms, busy, dispatches, submits } = await page.train(steps);
      if (!Number.isFinite(loss))
        throw new Error(`${name}: ${contestant} has lost its way, its loss is ${loss}`);
      metrics.throughput.values[contestant]!.push((1000 * steps) / ms);
      metrics.jsTime.values[contestant]!.push(busy / steps);
      metrics.dispatches.values[contestant]!.push(dispatches / steps);
      metrics.submits.values[contestant]!.push(submits / steps);
      say(
        `${name}, round ${round + 1}, ${contestant}: ${(ms / steps).toFixed(2)} ms a step, loss ${loss.toFixed(4)}`,
      );
    }
  }
  for (const { page } of runners.values()) await page.close();
  return Object.entries(metrics).flatMap(([metric, values]) =>
    rowsOf(name, metric, values, metric === 'throughput' ? COMPARISONS : []).filter(
      ({ value }) => value > 0, // what is not on the GPU dispatches nothing
    ),
  );
}

/** Warms up, and sees how many steps fill a round. */
async function paceOf(page: BenchPage): Promise<{ steps: number; rounds: number }> {
  await page.train(1); // compiles
  const { ms: one } = await page.train(1);
  if (one > SLOW_MS) return { steps: 1, rounds: 1 };
  const { ms } = one > ROUND_MS / 10 ? { ms: one } : await page.train(10).then(({ ms }) => ({ ms: ms / 10 }));
  return { steps: Math.max(1, Math.min(MOST_STEPS, Math.round(ROUND_MS / ms))), rounds: ROUNDS };
}

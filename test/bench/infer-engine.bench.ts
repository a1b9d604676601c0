/**
 * One row at a time through a trained model, in one process on one thread: our plan in the `wasm` executor beside TensorFlow.js
 * on WASM and ONNX Runtime, as WebAssembly and native. All have the same weights, and must agree before they are timed.
 */
import { alternating, firstLine, measured, say, wantedCases } from './contest.ts';
import type { Contestant, StartContestant, Task } from './infer-engine/contestant.ts';
import { startOnnxruntimeNode, startOnnxruntimeWeb } from './infer-engine/onnxruntime.ts';
import { startOwn, startQuantised } from './infer-engine/own.ts';
import { startTfjsWasm } from './infer-engine/tfjs-wasm.ts';
import { type BenchModel, cnn, conv1dText, gruText, mlpTabular, mobilenet96 } from './models/bench-model.ts';
import { exampleRows } from './models/example-rows.ts';
import { exampleWeights } from './models/example-weights.ts';
import { type Comparison, type Row, rowsOf } from './rows.ts';

const CASES: Readonly<Record<string, BenchModel>> = {
  mlp: mlpTabular(3),
  cnn,
  'conv1d-text': conv1dText,
  'gru-text': gruText(64),
  'mobilenet-96': mobilenet96,
};

const OURS = 'trainyard';
const CONTESTANTS: Readonly<Record<string, StartContestant>> = {
  [OURS]: startOwn,
  'trainyard-int16': startQuantised('int16'),
  'trainyard-int8': startQuantised('int8'),
  'tfjs-wasm': startTfjsWasm,
  'onnxruntime-web': startOnnxruntimeWeb,
  'onnxruntime-node': startOnnxruntimeNode,
};
const COMPARISONS: readonly Comparison[] = [
  ...['onnxruntime-node', 'onnxruntime-web', 'tfjs-wasm'].map((to): Comparison => [OURS, to]),
  ['trainyard-int16', OURS],
  ['trainyard-int8', OURS],
];

const ROUNDS = 7;
const ROUND_MS = 250;
/** Largest difference to our logits in float32, as a share of the largest. */
const TOLERANCE = 1e-4;
const ROUNDED: Readonly<Record<string, number>> = { 'trainyard-int16': 1e-2, 'trainyard-int8': 0.2 };

export async function bench(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, model] of wantedCases(CASES)) rows.push(...(await race(name, taskOf(model))));
  return rows;
}

async function race(name: string, task: Task): Promise<Row[]> {
  const contestants = new Map<string, { contestant: Contestant; count: number }>();
  let logits: Float32Array | undefined;
  const apart = measured('of the largest logit', []);
  for (const [one, start] of Object.entries(CONTESTANTS)) {
    try {
      const contestant = await start(task);
      const given = await contestant.infer();
      logits ??= given;
      apart.values[one] = [mustAgree(one, given, logits)];
      contestants.set(one, { contestant, count: await paceOf(contestant) });
    } catch (error) {
      say(`${name}: no ${one}: ${firstLine(error)}`);
    }
  }
  const latency = measured('µs', contestants.keys());
  const throughput = measured('inferences/s', contestants.keys());
  for (let round = 0; round < ROUNDS; round++) {
    for (const [one, { contestant, count }] of alternating(contestants, round)) {
      const start = performance.now();
      const sum = await contestant.repeat(count);
      const ms = performance.now() - start;
      if (!Number.isFinite(sum)) throw new Error(`${name}: ${one} gives ${sum}`);
      latency.values[one]!.push((1000 * ms) / count);
      throughput.values[one]!.push((1000 * count) / ms);
    }
  }
  for (const { contestant } of contestants.values()) await contestant.close();
  return [
    ...rowsOf(name, 'latency', latency, COMPARISONS),
    ...rowsOf(name, 'throughput', throughput, COMPARISONS),
    ...rowsOf(name, 'apart', apart, []),
  ];
}

/** Warms up until compilers have settled, and sees how many inferences fill a round. */
async function paceOf(contestant: Contestant): Promise<number> {
  let count = 1;
  for (;;) {
    const start = performance.now();
    await contestant.repeat(count);
    const ms = performance.now() - start;
    if (ms > ROUND_MS) return Math.max(1, Math.round((count * ROUND_MS) / ms));
    count *= 2;
  }
}

function taskOf(model: BenchModel): Task {
  return { model, weights: exampleWeights(model), x: exampleRows(model, 1, 3).x };
}

function mustAgree(name: string, given: Float32Array, logits: Float32Array): number {
  const largest = Math.max(...logits.map(Math.abs));
  const apart = Math.max(...logits.map((value, i) => Math.abs(value - given[i]!)));
  if (apart <= (ROUNDED[name] ?? TOLERANCE) * largest) return apart / largest; // not for NaN
  throw new Error(`${name} is ${apart} from ${OURS}, with logits up to ${largest}`);
}

/** Each optimiser over three steps, against its formula in float64, written out here once more by hand. */
import { describe, expect, it } from 'vitest';
import { createPlainExecutor } from '../../executors/plain/plain-executor.ts';
import { traceGraph } from '../ops.ts';
import { trainStep } from '../train-step.ts';
import type { OptimizerSpec } from './list.ts';

const START = [1, -2, 0.5];
const STEPS = 3;

/** The loss is Σ ½·c·w², whose gradient is c·w. */
const CURVATURE = [1, 3, 0.25];
const gradientAt = (w: readonly number[]) => w.map((value, i) => value * CURVATURE[i]!);

async function weightsAfter(spec: OptimizerSpec): Promise<number[]> {
  const loss = traceGraph(({ ops, parameter }) => {
    const w = parameter('w', [3], 'zeros');
    const weighted = ops.multiply(ops.multiply(w, w), ops.constant(Float32Array.from(CURVATURE), [3]));
    return { loss: ops.multiply(ops.sum(weighted, { axes: [0] }), ops.constant(0.5)) };
  });
  const step = trainStep(loss, spec);
  const weights = { shape: [4], data: Float32Array.of(...START, 0) };
  const program = await createPlainExecutor().compile(step.graph, new Map([['weights', weights]]));
  const inputs = Object.fromEntries(
    step.graph.inputs.map(({ name }) => [
      name,
      Float32Array.from({ length: STEPS }, (_, i) => step.scalars(i + 1)[name]!),
    ]),
  );
  await program.steps(STEPS, inputs);
  const after = (await program.read(['weights'])).get('weights')!.data;
  program.dispose();
  expect(after[3]).toBe(0); // padding stays
  return [...after.subarray(0, 3)];
}

/** `move` changes one weight given its gradient, its own state and the step from 1. */
function byHand(
  move: (w: number, g: number, state: { a: number; b: number }, t: number) => number,
  clip = Number.POSITIVE_INFINITY,
) {
  let w = START;
  const states = START.map(() => ({ a: 0, b: 0 }));
  for (let t = 1; t <= STEPS; t++) {
    const g = gradientAt(w);
    const scale = Math.min(1, clip / Math.hypot(...g));
    w = w.map((value, i) => move(value, g[i]! * scale, states[i]!, t));
  }
  return w;
}

const lr = 0.1;
const adam = (w: number, g: number, s: { a: number; b: number }, t: number, decay = 0) => {
  s.a = 0.9 * s.a + 0.1 * g;
  s.b = 0.999 * s.b + 0.001 * g * g;
  const rate = (lr * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
  return w - lr * decay * w - (rate * s.a) / (Math.sqrt(s.b) + 1e-7);
};
const momentum = (w: number, g: number, s: { a: number }) => {
  s.a = 0.9 * s.a + g;
  return w - lr * s.a;
};

const cases: [OptimizerSpec, number[]][] = [
  [{ type: 'sgd', learningRate: lr, momentum: 0 }, byHand((w, g) => w - lr * g)],
  [{ type: 'sgd', learningRate: lr, momentum: 0.9 }, byHand(momentum)],
  [
    { type: 'sgd', learningRate: lr, momentum: 0.9, nesterov: true },
    byHand((w, g, s) => {
      s.a = 0.9 * s.a + g;
      return w - lr * (0.9 * s.a + g);
    }),
  ],
  [
    { type: 'rmsprop', learningRate: lr },
    byHand((w, g, s) => {
      s.a = 0.9 * s.a + 0.1 * g * g;
      return w - (lr * g) / Math.sqrt(s.a + 1e-7);
    }),
  ],
  [
    { type: 'adagrad', learningRate: lr },
    byHand((w, g, s) => {
      s.a += g * g;
      return w - (lr * g) / (Math.sqrt(s.a) + 1e-7);
    }),
  ],
  [{ type: 'adam', learningRate: lr }, byHand(adam)],
  [{ type: 'adamw', learningRate: lr, weightDecay: 0.01 }, byHand((w, g, s, t) => adam(w, g, s, t, 0.01))],
  [{ type: 'sgd', learningRate: lr, momentum: 0, clipNorm: 1 }, byHand((w, g) => w - lr * g, 1)],
];

describe('optimisers', () => {
  it.each(cases)('%j', async (spec, expected) => {
    const actual = await weightsAfter(spec);
    for (const [i, w] of expected.entries()) expect(Math.abs(actual[i]! - w)).toBeLessThan(2e-6);
  });
});

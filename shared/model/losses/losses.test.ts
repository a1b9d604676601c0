/** Losses against values worked out by hand. */
import { describe, expect, it } from 'vitest';
import { createPlainExecutor } from '../../executors/plain/plain-executor.ts';
import { traceGraph } from '../../graph/ops.ts';
import { initParameters } from '../init-parameters.ts';
import { ModelSpec } from '../model-spec.ts';
import { traceLoss } from '../trace-model.ts';
import { LossSpec, lossesFor, rowLosses } from './list.ts';

const float64 = createPlainExecutor({ precision: 'float64' });

async function lossesOf(
  spec: unknown,
  y: number[][],
  target: readonly number[],
  isClass: boolean,
  groups: readonly number[] = [],
) {
  const loss = LossSpec.parse(spec);
  const [batch, outputs] = [y.length, y[0]!.length];
  const graph = traceGraph(({ ops, input }) => ({
    rows: rowLosses(
      ops,
      input('y', [batch, outputs]),
      input('target', [batch], isClass ? 'int32' : 'float32'),
      loss,
      () => input('group', [batch]),
    ),
  }));
  const { rows } = await (await float64.compile(graph, new Map())).run({
    y: { shape: [batch, outputs], data: Float64Array.from(y.flat()) },
    target: { shape: [batch], data: isClass ? Int32Array.from(target) : Float64Array.from(target) },
    ...(groups.length > 0 && { group: { shape: [batch], data: Float64Array.from(groups) } }),
  });
  return [...rows!.data];
}

describe('classification', () => {
  // logits ln 1, ln 2, ln 5: probabilities 1/8, 2/8, 5/8
  const logits = [Math.log(1), Math.log(2), Math.log(5)];
  const rows = [logits, logits];
  it.each<[unknown, number[]]>([
    [{ type: 'cross-entropy' }, [-Math.log(5 / 8), -Math.log(1 / 8)]],
    // 0.7 of the target on the true class and 0.1 on each of the three
    [
      { type: 'cross-entropy', labelSmoothing: 0.3 },
      [
        -0.8 * Math.log(5 / 8) - 0.1 * Math.log(2 / 8) - 0.1 * Math.log(1 / 8),
        -0.1 * Math.log(5 / 8) - 0.1 * Math.log(2 / 8) - 0.8 * Math.log(1 / 8),
      ],
    ],
    [{ type: 'focal', gamma: 2 }, [-((3 / 8) ** 2) * Math.log(5 / 8), -((7 / 8) ** 2) * Math.log(1 / 8)]],
    [{ type: 'focal', gamma: 0 }, [-Math.log(5 / 8), -Math.log(1 / 8)]],
  ])('%j', async (spec, expected) => {
    for (const [i, value] of (await lossesOf(spec, rows, [2, 0], true)).entries()) {
      expect(value).toBeCloseTo(expected[i]!, 6);
    }
  });
});

describe('regression', () => {
  const y = [[0.2], [-1], [3]];
  const target = [0, 1, 2.5]; // errors 0.2, −2, 0.5
  it.each<[unknown, number[]]>([
    [{ type: 'mse' }, [0.04, 4, 0.25]],
    [{ type: 'mae' }, [0.2, 2, 0.5]],
    // ½ · 0.04; 0.4 · (2 − 0.2); 0.4 · (0.5 − 0.2)
    [{ type: 'huber', delta: 0.4 }, [0.02, 0.72, 0.12]],
    // predicted above costs 0.1 of the error, below 0.9
    [{ type: 'quantile', q: 0.9 }, [0.02, 1.8, 0.05]],
  ])('%j', async (spec, expected) => {
    for (const [i, value] of (await lossesOf(spec, y, target, false)).entries()) {
      expect(value).toBeCloseTo(expected[i]!, 6);
    }
  });
});

it('triplet: the farthest of the class against the nearest of another', async () => {
  // angles 0°, 60°, 90° of class 0, 0, 1; the last row is alone of its class
  const y = [
    [2, 0],
    [Math.cos(Math.PI / 3), Math.sin(Math.PI / 3)],
    [0, 3],
  ];
  const target = [0, 0, 1];
  const alone = await lossesOf({ type: 'cross-entropy' }, y, target, true);
  const both = await lossesOf({ type: 'triplet', margin: 0.5, weight: 2 }, y, target, true);
  // 0°: 2 − 2·cos 60° = 1 against 2 − 2·cos 90° = 2, within the margin; 60°: 1 against 2 − 2·cos 30°
  const expected = [0, 2 * (1 - (2 - Math.sqrt(3)) + 0.5), 0];
  both.forEach((value, i) => {
    expect(value - alone[i]!).toBeCloseTo(expected[i]!, 6);
  });
});

it('bpr: pairs of one user, the higher rating first', async () => {
  // user 7: ratings 3, 1, 2 with scores 0.5, 1.5, 0; user 9: 5 with 9, so that no pair is theirs
  const losses = await lossesOf({ type: 'bpr' }, [[0.5], [1.5], [0], [9]], [3, 1, 2, 5], false, [7, 7, 7, 9]);
  const pair = (difference: number) => -Math.log(1 / (1 + Math.exp(-difference)));
  const expected = [(pair(0.5 - 1.5) + pair(0.5 - 0)) / 2, 0, pair(0 - 1.5), 0];
  losses.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 6);
  });
});

it('every loss belongs to a task', () => {
  expect([lossesFor('classification'), lossesFor('regression'), lossesFor('image-generation')]).toEqual([
    ['cross-entropy', 'focal', 'triplet'],
    ['mse', 'mae', 'huber', 'quantile', 'bpr'],
    ['reconstruction', 'denoising'],
  ]);
  expect(LossSpec.safeParse({ type: 'focal', gamma: 99 }).success).toBe(false);
});

describe('traceLoss', () => {
  const model = ModelSpec.parse([{ type: 'dense', units: 2, activation: 'linear' }]);
  const options = {
    inputShape: [2],
    outputs: 2,
    batch: 2,
    training: true,
    task: 'classification',
    target: { shape: [], dtype: 'int32' },
  } as const;
  const loss = async (more: { l2?: number; classWeights?: Float32Array }) => {
    const graph = traceLoss(model, { ...options, ...more });
    const parameters = initParameters(graph, 1);
    const run = await (await float64.compile(graph, parameters)).run({
      x: { shape: [2, 2], data: Float64Array.of(0.5, -1, 2, 0.25) },
      target: { shape: [2], data: Int32Array.of(0, 1) },
    });
    return { value: run.loss!.data[0]!, parameters };
  };

  it('adds l2 times the squares of both kernels, and of no bias', async () => {
    const { value, parameters } = await loss({});
    let squares = 0;
    for (const name of ['dense_1/kernel', 'output/kernel']) {
      for (const w of parameters.get(name)!.data) squares += w * w;
    }
    expect(squares).toBeGreaterThan(0.1);
    expect((await loss({ l2: 0.25 })).value).toBeCloseTo(value + 0.25 * squares, 6);
  });

  it('weighs rows by their class', async () => {
    const { value: both } = await loss({});
    const { value: first } = await loss({ classWeights: Float32Array.of(1, 0) });
    const { value: second } = await loss({ classWeights: Float32Array.of(0, 1) });
    expect(first + second).toBeCloseTo(both, 7);
    expect((await loss({ classWeights: Float32Array.of(3, 0.5) })).value).toBeCloseTo(
      3 * first + 0.5 * second,
      7,
    );
  });
});

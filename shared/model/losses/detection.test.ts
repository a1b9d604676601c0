/** The loss of boxes on a grid: one cell worked out by hand, and its gradient against finite differences. */
import { expect, it } from 'vitest';
import { createPlainExecutor } from '../../executors/plain/plain-executor.ts';
import { gradientsOf } from '../../graph/gradients.ts';
import type { Node } from '../../graph/graph.ts';
import { extendGraph, traceGraph } from '../../graph/ops.ts';
import { createRandom } from '../../graph/random.ts';
import { PRIOR } from './detection.ts';
import { LossSpec, rowLosses } from './list.ts';

const float64 = createPlainExecutor({ precision: 'float64' });

/** [rows, height, width, labels + 4], and + 5. */
const graphOf = (y: number[], target: number[], spec: unknown) =>
  traceGraph(({ ops, input }) => ({
    loss: ops.sum(rowLosses(ops, input('y', y), input('target', target), LossSpec.parse(spec)), {
      axes: [0],
    }),
  }));

async function lossOf(spec: unknown, y: number[], target: number[], labels = 1): Promise<number> {
  const cells = y.length / (labels + 4);
  const [yShape, targetShape] = [
    [1, 1, cells, labels + 4],
    [1, 1, cells, labels + 5],
  ];
  const { loss } = await (await float64.compile(graphOf(yShape, targetShape, spec), new Map())).run({
    y: { shape: yShape, data: Float64Array.from(y) },
    target: { shape: targetShape, data: Float64Array.from(target) },
  });
  return loss!.data[0]!;
}

it('one cell, by hand', async () => {
  // a score of ½ where 1 is wanted: −ln ½ · (½)²; sides 1 1 1 1 for 1 1 1 2: 4 of 6 shared
  const y = [PRIOR, 0, 0, 0, 0];
  const target = [1, 1, 1, 1, 2, 1];
  const name = Math.LN2 / 4;
  expect(await lossOf({ type: 'detection' }, y, target)).toBeCloseTo(name + 1 / 3, 9);
  expect(await lossOf({ type: 'detection', gamma: 0, boxWeight: 3 }, y, target)).toBeCloseTo(Math.LN2 + 1, 9);
  // weight ½: the place counts by half, and a sum of weights below 1 is taken for 1
  expect(await lossOf({ type: 'detection' }, y, [1, 1, 1, 1, 2, 0.5])).toBeCloseTo(name + 1 / 6, 9);
  // an empty cell beside it costs its score alone: p = ½ for 0; weights 2 in all
  const both = [...y, PRIOR, 0, 0, 0, 0];
  expect(await lossOf({ type: 'detection' }, both, [...target, 0, 0, 0, 0, 0, 0])).toBeCloseTo(
    2 * name + 1 / 3,
    9,
  );
  expect(await lossOf({ type: 'detection' }, both, [...target, ...target])).toBeCloseTo(name + 1 / 3, 9);
});

it.each([2, 1.5, 0])('its gradient is that of finite differences, gamma %d', async (gamma) => {
  const random = createRandom(5);
  const shape = [2, 2, 3, 6];
  const target = Float64Array.from({ length: 84 }, (_, i) =>
    i % 7 < 2 ? random() : i % 7 < 6 ? 0.3 + 2 * random() : random(),
  );
  const y = Float64Array.from({ length: 72 }, (_, i) => (i % 6 < 2 ? PRIOR : 0) + 2 * random() - 1);
  const base = graphOf(shape, [2, 2, 3, 7], { type: 'detection', gamma, boxWeight: 0.7 });
  const withGradient = extendGraph(base, ({ ops }, refs) => {
    const loss = refs[base.outputs[0]!.node]!;
    const [gradient] = gradientsOf(ops, base.nodes as readonly Node[], loss, [refs[base.inputs[0]!.node]!]);
    return { loss, gradient: gradient! };
  });
  const program = await float64.compile(withGradient, new Map());
  const at = async (data: Float64Array) =>
    program.run({ y: { shape, data }, target: { shape: [2, 2, 3, 7], data: target } });
  const { gradient } = await at(y);
  const step = 1e-5;
  for (let i = 0; i < y.length; i++) {
    const [up, down] = await Promise.all(
      [step, -step].map((h) => at(y.map((value, k) => (k === i ? value + h : value)))),
    );
    expect(gradient!.data[i]).toBeCloseTo((up!.loss!.data[0]! - down!.loss!.data[0]!) / (2 * step), 6);
  }
});

import { expect, it } from 'vitest';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { gradientsOf } from './gradients.ts';
import type { Node } from './graph.ts';
import { extendGraph, traceGraph } from './ops.ts';
import { withResidentRows } from './resident-rows.ts';
import { trainStep, withFlatWeights } from './train-step.ts';

/** y = x · w + b over a batch of two; the loss is the mean of y. */
const linear = traceGraph(({ ops, input, parameter }) => {
  const y = ops.add(
    ops.matmul(input('x', [2, 3]), parameter('w', [3, 1], 'zeros')),
    parameter('b', [1], 'zeros'),
  );
  return { loss: ops.mean(y, { axes: [0, 1] }) };
});

it('lays the parameters into one vector, each at a multiple of four', () => {
  const { layout, graph } = trainStep(linear, { type: 'sgd', learningRate: 1, momentum: 0.5 });
  expect(layout.parts.map(({ name, offset, size }) => [name, offset, size])).toEqual([
    ['w', 0, 3],
    ['b', 4, 1],
  ]);
  expect(layout.size).toBe(8);
  expect(graph.parameters.map(({ name, shape }) => [name, shape])).toEqual([
    ['weights', [8]],
    ['velocity', [8]],
  ]);
  expect(graph.updates.map(({ parameter }) => parameter)).toEqual(['velocity', 'weights']);
  expect(graph.optimizer!.spec.type).toBe('sgd');
});

it('takes each batch from the rows on the device, in the order given', async () => {
  const step = trainStep(withResidentRows(linear, { rows: 4, orderLength: 4 }), {
    ...{ type: 'sgd', learningRate: 1, momentum: 0 },
  });
  const rows = Float32Array.of(1, 0, 0, 0, 2, 0, 0, 0, 3, 10, 10, 10);
  const program = await createPlainExecutor().compile(
    step.graph,
    new Map<string, { shape: number[]; data: Float32Array | Int32Array }>([
      ['weights', { shape: [8], data: new Float32Array(8) }],
      ['rows/x', { shape: [4, 3], data: rows }],
      ['order', { shape: [4], data: Int32Array.of(3, 1, 0, 2) }],
    ]),
  );
  const { loss } = await program.steps(2, { offset: Int32Array.of(2, 0), rate: Float32Array.of(1, 1) });
  // rows 0 and 2: the gradient of w is (0.5, 0, 1.5), of b 1; then rows 3 and 1 with those weights
  expect(loss![0]).toBe(0);
  expect(loss![1]).toBe((10 * -0.5 + 10 * -1.5 - 1 + (2 * 0 - 1)) / 2);
  const weights = (await program.read(['weights'])).get('weights')!.data;
  expect([...weights]).toEqual([-5.5, -6, -6.5, 0, -2, 0, 0, 0]);
  program.dispose();
});

it('gives the forward pass over the same flat weights', async () => {
  const program = await createPlainExecutor().compile(
    withFlatWeights(linear),
    new Map([['weights', { shape: [8], data: Float32Array.of(1, 2, 3, 0, 0.5, 0, 0, 0) }]]),
  );
  const x = { shape: [2, 3], data: Float32Array.of(1, 1, 1, 2, 0, 0) };
  expect((await program.run({ x })).loss!.data[0]).toBe((6.5 + 2.5) / 2);
  program.dispose();
});

it('gives zeros for what the loss does not depend on, and refuses a loss that is not one number', () => {
  const graph = traceGraph(({ ops, input }) => {
    const x = input('x', [2]);
    return { y: ops.sum(x, { axes: [0] }), unused: input('z', [3]), x };
  });
  const [y, z, x] = graph.outputs.map(({ node }) => graph.nodes[node]!);
  const derived = extendGraph(graph, ({ ops }) => {
    const [dx, dz] = gradientsOf(ops, graph.nodes as readonly Node[], y!, [x!, z!]);
    expect([dx!.shape, dz!.shape]).toEqual([[2], [3]]);
    expect(() => gradientsOf(ops, graph.nodes, x!, [x!])).toThrow(
      'A loss is one number; this one has shape [2]',
    );
    return { dx: dx! };
  });
  expect(derived.nodes.length).toBeGreaterThan(graph.nodes.length);
});

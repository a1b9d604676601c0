/**
 * What is particular to this executor; that it computes as the reference does is held by the suite over all executors in
 * test/engine. Skips where libtensorflow is not set up.
 */
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type * as TensorFlow from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPlainExecutor } from '../../shared/executors/plain/plain-executor.ts';
import { WEIGHTS } from '../../shared/graph/flat-parameters.ts';
import type { Graph } from '../../shared/graph/graph.ts';
import { traceGraph } from '../../shared/graph/ops.ts';
import type { OptimizerSpec } from '../../shared/graph/optimizers/list.ts';
import { trainStep } from '../../shared/graph/train-step.ts';
import { loadTensorflow } from '../tensorflow/load.ts';
import { describeFailure } from '../training/failure.ts';
import { createTensorflowExecutor } from './tensorflow-executor.ts';

let tf: typeof TensorFlow;
let missing: string | null;
beforeAll(async () => {
  const loaded = await loadTensorflow();
  tf = loaded.tf;
  missing = loaded.backend === 'libtensorflow' ? null : `no libtensorflow here (${loaded.problem})`;
});

const test = (name: string, check: () => Promise<void>) =>
  it(name, async ({ skip }) => {
    if (missing) skip(missing);
    await check();
  });

const SIZE = 1 << 16; // weights, enough for a kernel of their own
const STEPS = 4;

/** Loss Σ ½·(w − target)², so the gradient is w − target. */
const bowl = (): Graph =>
  traceGraph(({ ops, parameter, input }) => {
    const apart = ops.subtract(parameter('w', [SIZE], 'zeros'), input('target', []));
    const squares = ops.multiply(apart, apart);
    return { loss: ops.multiply(ops.sum(squares, { axes: [0] }), ops.constant(0.5)) };
  });

const optimizers: OptimizerSpec[] = [
  { type: 'sgd', learningRate: 0.1, momentum: 0 },
  { type: 'sgd', learningRate: 0.1, momentum: 0.9 },
  { type: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
  { type: 'adam', learningRate: 0.1 },
  { type: 'adagrad', learningRate: 0.1 },
  { type: 'adam', learningRate: 0.1, clipNorm: 1 },
];

describe('optimiser kernels', () => {
  for (const spec of optimizers) {
    test(`move as the graph says: ${JSON.stringify(spec)}`, async () => {
      const step = trainStep(bowl(), spec);
      const weights = { shape: [SIZE], data: Float32Array.from({ length: SIZE }, (_, i) => (i % 7) - 3) };
      const rates = Float32Array.from({ length: STEPS }, (_, i) => step.scalars(i + 1).rate!);
      const target = Float32Array.from({ length: STEPS }, (_, i) => i / 10);
      const names = [WEIGHTS, ...step.slots];
      const [expected, actual] = await Promise.all(
        [createPlainExecutor(), createTensorflowExecutor(tf)].map(async (executor) => {
          const program = await executor.compile(step.graph, new Map([[WEIGHTS, weights]]));
          await program.steps(STEPS, { rate: rates, target });
          const state = await program.read(names);
          program.dispose();
          return state;
        }),
      );
      for (const name of names) {
        const [wanted, got] = [expected!.get(name)!.data, actual!.get(name)!.data];
        expect(Math.max(...wanted.slice(0, 7))).not.toBe(0);
        for (let i = 0; i < SIZE; i += 997) expect(got[i], `${name}[${i}]`).toBeCloseTo(wanted[i]!, 5);
      }
    });
  }
});

describe('threads', () => {
  test('many, as on a GPU, give what one gives', async () => {
    const graph = traceGraph(({ ops, parameter, input, update }) => {
      const total = parameter('total', [2], 'zeros');
      const next = ops.add(total, input('x', [2]));
      update(total, next);
      return { next };
    });
    const program = await createTensorflowExecutor(tf, { threads: 'many' }).compile(graph, new Map());
    const { next } = await program.steps(3, { x: Float32Array.of(1, 2, 3, 4, 5, 6) });
    expect([...next!]).toEqual([1, 2, 4, 6, 9, 12]);
    expect([...(await program.read(['total'])).get('total')!.data]).toEqual([9, 12]);
    program.dispose();
  });
});

describe('what it leaves', () => {
  const doubled = (): Graph =>
    traceGraph(({ ops, input }) => ({ y: ops.multiply(input('x', [2]), ops.constant(2)) }));
  const folders = async () =>
    (await readdir(tmpdir())).filter((name) => name.startsWith('trainyard-graph-')).length;

  test('no folder while it runs, no model once disposed', async () => {
    const { node } = tf as unknown as { node: { getNumOfSavedModels(): number } };
    const [foldersBefore, modelsBefore] = [await folders(), node.getNumOfSavedModels()];
    const program = await createTensorflowExecutor(tf).compile(doubled(), new Map());
    expect(await folders()).toBe(foldersBefore);
    const { y } = await program.run({ x: { shape: [2], data: Float32Array.of(3, 4) } });
    expect([...y!.data]).toEqual([6, 8]);
    expect(node.getNumOfSavedModels()).toBe(modelsBefore + 1);
    program.dispose();
    expect(node.getNumOfSavedModels()).toBe(modelsBefore);
  });
});

describe('errors', () => {
  test('a tensor that no machine has room for ends a run as `out_of_memory`', async () => {
    const size = 1 << 23; // squared and in float32, more than 48 bits address
    const graph = traceGraph(({ ops, input }) => ({
      y: ops.sum(ops.matmul(input('column', [size, 1]), input('row', [1, size])), { axes: [0, 1] }),
    }));
    const program = await createTensorflowExecutor(tf).compile(graph, new Map());
    const data = new Float32Array(size);
    const inputs = { column: { shape: [size, 1], data }, row: { shape: [1, size], data } };
    const error = await program.run(inputs).catch((error: unknown) => error);
    expect(describeFailure(error)).toMatchObject({
      reason: 'out_of_memory',
      message: expect.stringContaining(`OOM when allocating tensor with shape[${size},${size}]`),
    });
    program.dispose();
  });

  test('an index that points nowhere is refused, and the state stays', async () => {
    const graph = traceGraph(({ ops, parameter, input, update }) => {
      const rows = parameter('rows', [2], 'ones');
      const row = ops.gather(rows, input('place', [1], 'int32'));
      update(rows, ops.multiply(rows, row));
      return { row };
    });
    const values = new Map([['rows', { shape: [2], data: Float32Array.of(5, 6) }]]);
    const program = await createTensorflowExecutor(tf).compile(graph, values);
    const place = { shape: [1], data: Int32Array.of(9) };
    await expect(program.run({ place })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(/indices\[0\] = 9 is not in \[0, 2\)/),
    });
    expect([...(await program.read(['rows'])).get('rows')!.data]).toEqual([5, 6]);
    program.dispose();
  });
});

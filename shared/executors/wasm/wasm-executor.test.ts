/** The wasm executor's own doings beside the reference: packing and tails, folding, steps in chunks, mathematics, memory. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Graph, Shape, TensorData, TensorValue } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/operator.ts';
import { type TensorRef, type Tracer, traceGraph } from '../../graph/ops.ts';
import { createRandom } from '../../graph/random.ts';
import type { Values } from '../executor.ts';
import { createPlainExecutor } from '../plain/plain-executor.ts';
import { createWasmExecutor, type WasmExecutor } from './wasm-executor.ts';

let executor: WasmExecutor;
beforeAll(async () => {
  executor = createWasmExecutor(
    new WebAssembly.Module(await readFile(new URL('dist/kernels.wasm', import.meta.url))),
  );
});

const noise = (shape: Shape, key: number): TensorValue => {
  const random = createRandom(key, ...shape);
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => 2 * random() - 1) };
};
const parametersOf = (graph: Graph): Map<string, TensorValue> =>
  new Map(graph.parameters.map(({ name, shape }, i) => [name, noise(shape, i)]));

/** One output `y` on both executors; the largest difference. */
async function differenceOf(
  build: (tracer: Tracer) => TensorRef,
  inputs: Record<string, TensorValue<TensorData>>,
): Promise<number> {
  const graph = traceGraph((tracer) => ({ y: build(tracer) }));
  const values: Values = parametersOf(graph);
  const [program, reference] = await Promise.all(
    [executor, createPlainExecutor()].map((one) => one.compile(graph, values)),
  );
  const [actual, expected] = await Promise.all([program!.run(inputs), reference!.run(inputs)]);
  expect(actual.y!.shape).toEqual(expected.y!.shape);
  return Math.max(0, ...actual.y!.data.map((x, i) => Math.abs(x - expected.y!.data[i]!)));
}

describe('matrix products of every size, packed ahead of time and not', () => {
  const sizes = [1, 2, 3, 4, 5, 8, 9, 17];
  const layouts = [false, true].flatMap((transposeA) =>
    [false, true].flatMap((transposeB) => [false, true].map((fixed) => ({ transposeA, transposeB, fixed }))),
  );
  it.each(layouts)('%o', async ({ transposeA, transposeB, fixed }) => {
    for (const m of sizes) {
      for (const [k, n] of [...sizes.map((n) => [7, n] as const), [0, 3], [600, 9]] as const) {
        const [a, b] = [transposeA ? [k, m] : [m, k], transposeB ? [n, k] : [k, n]];
        const worst = await differenceOf(
          ({ ops, input, parameter }) => {
            const right = fixed ? parameter('b', b, 'zeros') : input('b', b);
            const product = ops.matmul(input('a', a), right, { transposeA, transposeB });
            return ops.relu(ops.add(product, parameter('bias', [n], 'zeros')));
          },
          { a: noise(a, 5), ...(!fixed && { b: noise(b, 6) }) },
        );
        expect(worst, `${m} × ${k} × ${n}`).toBeLessThan(1e-4);
      }
    }
  });
});

describe('convolutions with batch norm and ReLU6 behind them', () => {
  const kinds = (['conv2d', 'depthwiseConv2d'] as const).flatMap((op) =>
    [1, 2].flatMap((stride) => [1, 3, 5, 11].map((channels) => ({ op, stride, channels }))),
  );
  it.each(kinds)('$op, step $stride, $channels channels', async ({ op, stride, channels }) => {
    const worst = await differenceOf(
      ({ ops, input, parameter }) => {
        const x = input('x', [2, 7, 6, channels]);
        const kernel = parameter('kernel', [3, 3, channels, 2], 'zeros');
        const y = ops[op](x, kernel, { strides: [stride, stride], padding: 'same' });
        const vector = (name: string) => parameter(name, [y.shape[3]!], 'zeros');
        const deviation = ops.sqrt(ops.add(ops.abs(vector('variance')), ops.constant(0.1)));
        const centred = ops.subtract(y, vector('mean'));
        const normed = ops.add(ops.multiply(centred, ops.divide(vector('gamma'), deviation)), vector('beta'));
        return ops.minimum(ops.relu(ops.multiply(normed, ops.constant(4))), ops.constant(6));
      },
      { x: noise([2, 7, 6, channels], 9) },
    );
    expect(worst).toBeLessThan(1e-4);
  });
});

describe('mathematics', () => {
  const points = Float32Array.from([
    ...Array.from({ length: 4001 }, (_, i) => (i - 2000) / 20),
    ...Array.from({ length: 80 }, (_, i) => 10 ** ((i - 60) / 2)),
    ...[0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45, 3.4e38, -3.4e38],
  ]);
  const names = [
    'exp',
    'log',
    'sqrt',
    'sigmoid',
    'tanh',
    'erf',
    'sin',
    'cos',
    'sign',
    'floor',
    'relu',
  ] as const;
  it.each(names)('%s is right to a relative 1e-6', async (name) => {
    const graph = traceGraph(({ ops, input }) => ({ y: ops[name](input('x', [points.length])) }));
    const x = { shape: [points.length], data: points };
    const [actual, expected] = await Promise.all([
      (await executor.compile(graph, new Map())).run({ x }),
      (await createPlainExecutor({ precision: 'float64' }).compile(graph, new Map())).run({ x }),
    ]);
    for (const [i, y] of actual.y!.data.entries()) {
      const should = expected.y!.data[i]!;
      if (Object.is(y, Math.fround(should))) continue;
      if ((name === 'sin' || name === 'cos') && Math.abs(points[i]!) > 1e6) continue; // no bits left to be right
      const isSubnormal = Math.abs(should) < 1.2e-38; // has fewer digits, or may be taken for 0
      expect(Math.abs(y - should), `${name}(${points[i]}) = ${y}, not ${should}`).toBeLessThanOrEqual(
        isSubnormal ? 1.2e-38 : 1e-6 * Math.abs(should),
      );
    }
  });
});

/** A counter that adds its input, and the product of a fixed matrix with the input. */
const counter = () =>
  traceGraph(({ ops, input, parameter, update }) => {
    const x = input('x', [1, 3]);
    const total = parameter('total', [1, 3], 'zeros', { trainable: false });
    const next = ops.add(total, x);
    update(total, next);
    const y = ops.matmul(x, ops.sqrt(parameter('squares', [3, 2], 'ones')));
    return { y, first: ops.slice(next, { begin: [0, 0], size: [1, 1] }) };
  });
const squares = (...data: number[]) =>
  new Map([['squares', { shape: [3, 2], data: Float32Array.from(data) }]]);

describe('a program', () => {
  it('runs by view and execute, and keeps its state', async () => {
    const program = await executor.compile(counter(), squares(1, 4, 9, 16, 25, 36));
    program.view('x').set([1, 2, 3]);
    program.execute();
    program.execute();
    expect([...program.view('y')]).toEqual([1 + 6 + 15, 2 + 8 + 18]);
    expect((await program.read(['total'])).get('total')!.data).toEqual(Float32Array.of(2, 4, 6));
  });

  it('computes anew what it had made of a parameter when that is written, and reads it back', async () => {
    const program = await executor.compile(counter(), squares(1, 4, 9, 16, 25, 36));
    await program.write(squares(4, 4, 4, 4, 4, 4));
    const { y } = await program.run({ x: { shape: [1, 3], data: Float32Array.of(1, 2, 3) } });
    expect([...y!.data]).toEqual([12, 12]);
    expect((await program.read(['squares'])).get('squares')!.data).toEqual(new Float32Array(6).fill(4));
    await expect(program.write(new Map([['squares', noise([2, 2], 1)]]))).rejects.toThrow(
      '"squares" has shape',
    );
    await expect(program.read(['cubes'])).rejects.toThrow('no parameter "cubes"');
  });

  it('takes more steps than it has room for at once', async () => {
    const program = await executor.compile(counter(), squares(1, 1, 1, 1, 1, 1));
    const count = 10_000;
    const { first } = await program.steps(count, { x: new Float32Array(count * 3).fill(1) });
    expect(first!.every((x, i) => x === i + 1)).toBe(true);
  });

  it('says so when it was disposed of, and of an operator that it lacks', async () => {
    const program = await executor.compile(counter(), new Map());
    program.dispose();
    expect(() => program.execute()).toThrow('disposed');
    const graph = traceGraph(({ ops, input }) => ({ y: ops.relu(input('x', [2])) }));
    const nodes = graph.nodes.map((node) => (node.op === 'relu' ? { ...node, op: 'swirl' } : node));
    await expect(executor.compile({ ...graph, nodes }, new Map())).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('swirl'),
    });
  });
});

/** Every executor against values worked out by hand, and the operators with windows against one another. */
import { describe, expect, it } from 'vitest';
import type { Graph, Shape, TensorValue } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import { operators } from '../graph/operators/list.ts';
import { type Ops, type TensorRef, traceGraph } from '../graph/ops.ts';
import { createRandom } from '../graph/random.ts';
import type { Executor } from './executor.ts';
import { createPlainExecutor } from './plain/plain-executor.ts';
import { cpuBackend } from './tfjs/cpu-for-tests.ts';
import { createTfjsExecutor } from './tfjs/tfjs-executor.ts';

const executors: { name: string; create: () => Promise<Executor> }[] = [
  { name: 'plain', create: async () => createPlainExecutor() },
  { name: 'tfjs:cpu', create: async () => createTfjsExecutor(await cpuBackend()) },
];

type Build = (ops: Ops, ...inputs: TensorRef[]) => TensorRef;

/** A value: its shape, then its elements. */
const value = (shape: Shape, data: readonly number[]): TensorValue => ({
  shape,
  data: Float32Array.from(data),
});

function graphOf(build: Build, inputs: readonly TensorValue[]): Graph {
  return traceGraph(({ ops, input }) => ({
    y: build(ops, ...inputs.map(({ shape }, i) => input(`${i}`, shape))),
  }));
}

async function run(
  executor: Executor,
  build: Build,
  inputs: readonly TensorValue[],
  step = 0,
): Promise<TensorValue> {
  const program = await executor.compile(graphOf(build, inputs), new Map());
  const { y } = await program.run(Object.fromEntries(inputs.map((input, i) => [`${i}`, input])), { step });
  program.dispose();
  return y!;
}

function expectClose(actual: TensorValue, shape: Shape, data: ArrayLike<number>) {
  expect(actual.shape).toEqual(shape);
  expect(actual.data.length).toBe(data.length);
  for (const [i, x] of actual.data.entries()) expect(Math.abs(x - data[i]!)).toBeLessThan(1e-5);
}

const column = value([2, 1], [10, 20]);
const row = value([3], [1, 2, 3]);
const matrix = value([2, 3], [1, 2, 3, 4, 5, 6]);
const picture = value([1, 3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]);

/** Operator → build, inputs, shape and elements by hand. */
const cases: [keyof Ops, Build, TensorValue[], Shape, number[]][] = [
  ['add', (o, a, b) => o.add(a!, b!), [column, row], [2, 3], [11, 12, 13, 21, 22, 23]],
  ['add', (o, a, b) => o.add(a!, b!), [matrix, value([], [1])], [2, 3], [2, 3, 4, 5, 6, 7]],
  ['subtract', (o, a, b) => o.subtract(a!, b!), [row, column], [2, 3], [-9, -8, -7, -19, -18, -17]],
  ['multiply', (o, a, b) => o.multiply(a!, b!), [matrix, row], [2, 3], [1, 4, 9, 4, 10, 18]],
  ['divide', (o, a, b) => o.divide(a!, b!), [matrix, column], [2, 3], [0.1, 0.2, 0.3, 0.2, 0.25, 0.3]],
  ['negate', (o, x) => o.negate(x!), [row], [3], [-1, -2, -3]],
  ['exp', (o, x) => o.exp(x!), [value([2], [0, 1])], [2], [1, 2.7182817]],
  ['log', (o, x) => o.log(x!), [value([2], [1, 10])], [2], [0, Math.LN10]],
  ['sqrt', (o, x) => o.sqrt(x!), [value([2], [4, 2])], [2], [2, Math.SQRT2]],
  ['relu', (o, x) => o.relu(x!), [value([3], [-1, 0, 2])], [3], [0, 0, 2]],
  ['sigmoid', (o, x) => o.sigmoid(x!), [value([2], [0, 2])], [2], [0.5, 0.880797]],
  ['tanh', (o, x) => o.tanh(x!), [value([2], [0, 1])], [2], [0, 0.7615942]],
  [
    'matmul',
    (o, a, b) => o.matmul(a!, b!),
    [matrix, value([3, 2], [1, 0, 0, 1, 1, 1])],
    [2, 2],
    [4, 5, 10, 11],
  ],
  [
    'conv2d', // a 2×2 window of ones with step 2 and "same": one row and column of padding, at the end
    (o, x, k) => o.conv2d(x!, k!, { strides: [2, 2], padding: 'same' }),
    [picture, value([2, 2, 1, 1], [1, 1, 1, 1])],
    [1, 2, 2, 1],
    [12, 9, 15, 9],
  ],
  [
    'maxPool2d',
    (o, x) => o.maxPool2d(x!, { size: [2, 2], strides: [1, 1], padding: 'valid' }),
    [picture],
    [1, 2, 2, 1],
    [5, 6, 8, 9],
  ],
  ['reshape', (o, x) => o.reshape(x!, { shape: [3, 2] }), [matrix], [3, 2], [1, 2, 3, 4, 5, 6]],
  ['softmax', (o, x) => o.softmax(x!), [value([1, 2], [1000, 1000 + Math.log(3)])], [1, 2], [0.25, 0.75]],
  ['sum', (o, x) => o.sum(x!, { axes: [0] }), [matrix], [3], [5, 7, 9]],
  ['sum', (o, x) => o.sum(x!, { axes: [0, 1] }), [matrix], [], [21]],
  ['mean', (o, x) => o.mean(x!, { axes: [1] }), [matrix], [2], [2, 5]],
  [
    'softmaxCrossEntropy', // −ln ¾ and −ln ½, averaged
    (o, z, t) => o.softmaxCrossEntropy(z!, t!),
    [value([2, 2], [0, Math.log(3), 5, 5]), value([2], [1, 0])],
    [],
    [(Math.log(4 / 3) + Math.log(2)) / 2],
  ],
];

describe.each(executors)('$name', ({ create }) => {
  it.each(cases)('%s gives what is worked out by hand', async (_, build, inputs, shape, data) => {
    expectClose(await run(await create(), build, inputs), shape, data.map(Math.fround));
  });

  it('drops about the share asked for, scales the rest, and repeats itself for the same step', async () => {
    const x = value([1000], new Array(1000).fill(1));
    const build: Build = (o, a) => o.dropout(a!, { rate: 0.25, seed: 3 });
    const executor = await create();
    const first = await run(executor, build, [x], 5);
    const kept = first.data.filter((v) => v !== 0);
    expect(kept.length).toBeGreaterThan(690);
    expect(kept.length).toBeLessThan(810);
    expect(kept.every((v) => Math.abs(v - 4 / 3) < 1e-6)).toBe(true);
    expect(await run(executor, build, [x], 5)).toEqual(first);
    expect(await run(executor, build, [x], 6)).not.toEqual(first);
    expect(first.data).toEqual((await run(createPlainExecutor(), build, [x], 5)).data);
  });

  it('refuses a missing input, a wrong shape, and an operator it does not know', async () => {
    const executor = await create();
    const graph = graphOf((o, x) => o.relu(x!), [row]);
    const program = await executor.compile(graph, new Map());
    await expect(program.run({})).rejects.toThrow('input "0" was not given');
    await expect(program.run({ '0': matrix })).rejects.toThrow('[2, 3] (6 values), expected [3]');
    const strange: Graph = {
      ...graph,
      nodes: graph.nodes.map((n) => (n.op === 'relu' ? { ...n, op: 'swirl' } : n)),
    };
    await expect(executor.compile(strange, new Map())).rejects.toMatchObject({ code: 'unsupported' });
  });
});

it('has a case for every operator', () => {
  const covered = new Set<string>([...cases.map(([name]) => name), 'dropout']);
  expect(Object.keys(operators).filter((name) => !covered.has(name))).toEqual([]);
});

describe('windows: plain and tfjs agree', () => {
  const noise = (shape: Shape, seed: number) => {
    const random = createRandom(seed);
    return value(
      shape,
      Array.from({ length: sizeOf(shape) }, () => random() * 2 - 1),
    );
  };
  const windows = [1, 2, 3].flatMap((stride) =>
    (['same', 'valid'] as const).flatMap((padding) => [
      { size: 2, stride, padding },
      { size: 3, stride, padding },
    ]),
  );
  it.each(windows)('$size×$size, step $stride, $padding', async ({ size, stride, padding }) => {
    const x = noise([2, 7, 5, 3], 1);
    const kernel = noise([size, size, 3, 4], 2);
    const strides = [stride, stride] as const;
    const plain = createPlainExecutor();
    const tfjs = createTfjsExecutor(await cpuBackend());
    const builds: [Build, TensorValue[]][] = [
      [(o, a, b) => o.conv2d(a!, b!, { strides, padding }), [x, kernel]],
      [(o, a) => o.maxPool2d(a!, { size: [size, size], strides, padding }), [x]],
    ];
    for (const [build, inputs] of builds) {
      const expected = await run(plain, build, inputs);
      expectClose(await run(tfjs, build, inputs), expected.shape, expected.data);
    }
  });
});

it('leaves no tensor behind', async () => {
  const tf = await cpuBackend();
  const before = tf.memory().numTensors;
  await run(createTfjsExecutor(tf), (o, x) => o.sum(o.relu(x!), { axes: [0] }), [matrix]);
  expect(tf.memory().numTensors).toBe(before);
});

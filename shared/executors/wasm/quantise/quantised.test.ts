/** Products in whole numbers. Where everything is a whole number to begin with, rounding changes nothing: answers must be exact. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Shape, TensorValue } from '../../../graph/graph.ts';
import { sizeOf } from '../../../graph/operator.ts';
import { type TensorRef, type Tracer, traceGraph } from '../../../graph/ops.ts';
import { createRandom } from '../../../graph/random.ts';
import { createPlainExecutor } from '../../plain/plain-executor.ts';
import type { Range, WholeNumbers } from '../../quantisation.ts';
import { createWasmExecutor } from '../wasm-executor.ts';
import { roundingFor } from './rounding.ts';

const executors = await Promise.all(
  ['kernels.wasm', 'kernels-simd128.wasm'].map(async (file) => {
    const bytes = await readFile(new URL(`../dist/${file}`, import.meta.url));
    return [file, createWasmExecutor(await WebAssembly.compile(bytes))] as const;
  }),
);

/** Whole numbers from `low` to `high`, both among them. */
function whole(shape: Shape, [low, high]: Range, key: number): TensorValue {
  const random = createRandom(key, ...shape);
  const data = Float32Array.from(
    { length: sizeOf(shape) },
    () => low + Math.floor((high - low + 1) * random()),
  );
  data.set([low, high].slice(0, data.length));
  return { shape, data };
}

/** Of every row and column the largest is `most`, so that a step of its rounding is 1. */
function weights(shape: Shape, most: number, key: number): TensorValue {
  const value = whole(shape, [-most, most], key);
  const columns = shape.at(-1)!;
  for (const at of value.data.keys()) if (at < columns || at % columns === 0) value.data[at] = most;
  return value;
}

/** In int8 a step is (high − low) / 127, in int16 the larger of the two / 4095: here 1. */
const RANGES: Record<WholeNumbers, Range[]> = {
  int8: [
    [0, 127],
    [-64, 63],
    [-127, 0],
  ],
  int16: [[-4095, 4095]],
};
const WEIGHTS: Record<WholeNumbers, number> = { int8: 127, int16: 32767 };

type Build = (tracer: Tracer, x: TensorRef) => TensorRef;
const CASES: Record<string, { x: Shape; w: Shape; build: Build }> = {};
for (const [m, k, n] of [
  [1, 16, 16],
  [1, 37, 9],
  [3, 33, 8],
  [4, 18, 24],
  [9, 64, 20],
] as const)
  CASES[`${m} × ${k} × ${n}`] = {
    ...{ x: [m, k], w: [k, n] },
    build: ({ ops, parameter }, x) => ops.matmul(x, parameter('w', [k, n], 'zeros')),
  };
CASES['by a transposed matrix'] = {
  ...{ x: [5, 20], w: [16, 20] },
  build: ({ ops, parameter }, x) => ops.matmul(x, parameter('w', [16, 20], 'zeros'), { transposeB: true }),
};
for (const channels of [2, 3, 4, 5, 8])
  for (const [padding, stride, dilation] of [
    ['same', 1, 1],
    ['valid', 1, 1],
    ['same', 2, 1],
    ['valid', 1, 2],
  ] as const)
    CASES[`3 × 3 over ${channels} channels, ${padding}, step ${stride}, dilation ${dilation}`] = {
      ...{ x: [2, 9, 7, channels], w: [3, 3, channels, 19] },
      build: ({ ops, parameter }, x) =>
        ops.conv2d(x, parameter('w', [3, 3, channels, 19], 'zeros'), {
          ...{ padding, strides: [stride, stride], dilations: [dilation, dilation] },
        }),
    };
CASES['1 × 1'] = {
  ...{ x: [2, 5, 5, 18], w: [1, 1, 18, 16] },
  build: ({ ops, parameter }, x) =>
    ops.conv2d(x, parameter('w', [1, 1, 18, 16], 'zeros'), { strides: [1, 1], padding: 'valid' }),
};

describe.each(executors)('%s', (_, executor) => {
  describe.each(Object.entries(RANGES) as [WholeNumbers, Range[]][])('%s', (numbers, ranges) => {
    it.each(Object.entries(CASES))('%s', async (_, { x, w, build }) => {
      const graph = traceGraph((tracer) => {
        const y = build(tracer, tracer.input('x', x));
        return {
          y: tracer.ops.relu(tracer.ops.add(y, tracer.parameter('bias', [y.shape.at(-1)!], 'zeros'))),
        };
      });
      for (const range of ranges) {
        const parameters = new Map([
          ['w', weights(w, WEIGHTS[numbers], 1)],
          ['bias', whole(graph.parameters.find(({ name }) => name === 'bias')!.shape, [-500, 500], 2)],
        ]);
        const given = { x: whole(x, range, 3) };
        const finder = (await executor.findRanges!(graph, parameters))!;
        finder.view('x').set(given.x.data);
        finder.look();
        expect(finder.ranges()).toEqual({ w: [...range] });
        const program = await executor.compile(graph, parameters, { numbers, ranges: finder.ranges() });
        const reference = await createPlainExecutor({ precision: 'float64' }).compile(graph, parameters);
        const [actual, expected] = [await program.run(given), await reference.run(given)];
        // sums of int16 may have been given fewer steps, so as to fit
        const tolerance = numbers === 'int8' ? 1e-6 : 2e-4;
        const largest = expected.y!.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        for (const [i, value] of expected.y!.data.entries())
          expect(Math.abs(actual.y!.data[i]! - value)).toBeLessThanOrEqual(tolerance * largest);
      }
    });
  });

  it('what lies beyond the range is cut off, and a column of zeros stays zero', async () => {
    const graph = traceGraph(({ ops, input, parameter }) => ({
      y: ops.matmul(input('x', [1, 16]), parameter('w', [16, 16], 'zeros')),
    }));
    const w = {
      shape: [16, 16],
      data: Float32Array.from({ length: 256 }, (_, i) => (i % 17 === 0 && i > 0 ? 1 : 0)),
    };
    const x = { shape: [1, 16], data: new Float32Array(16).fill(300) };
    const program = await executor.compile(graph, new Map([['w', w]]), {
      numbers: 'int8',
      ranges: { w: [0, 127] },
    });
    const { y } = await program.run({ x });
    expect([...y!.data]).toEqual([0, ...Array.from({ length: 15 }, () => 127)]);
  });
});

it('a rounding has 0 among its whole numbers', () => {
  expect(roundingFor('int8', [-1, 3])).toMatchObject({ zero: 32, least: 0, most: 127, scale: 4 / 127 });
  expect(roundingFor('int8', [2, 4])).toMatchObject({ zero: 0, scale: 4 / 127 });
  expect(roundingFor('int16', [-1, 3])).toMatchObject({ zero: 0, least: -4095, most: 4095, scale: 3 / 4095 });
  expect(roundingFor('int8', [0, 0]).scale).toBe(1);
});

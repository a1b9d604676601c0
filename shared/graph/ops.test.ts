import { describe, expect, it } from 'vitest';
import type { DType, Shape } from './graph.ts';
import { type Ops, type TensorRef, traceGraph } from './ops.ts';
import { printGraph } from './print-graph.ts';

describe('traceGraph', () => {
  it('writes down what is called, as readable text', () => {
    const graph = traceGraph(({ ops, input, parameter }) => {
      const x = input('x', [2, 3]);
      return { y: ops.sum(ops.relu(ops.matmul(x, parameter('w', [3, 4], 'zeros'))), { axes: [0] }) };
    });
    expect(printGraph(graph)).toBe(
      [
        '%0 = input {name: x} : [2, 3]',
        '%1 = parameter {name: w} : [3, 4]',
        '%2 = matmul(%0, %1) : [2, 4]',
        '%3 = relu(%2) : [2, 4]',
        '%4 = sum(%3) {axes: [0]} : [4]',
        'return {y: %4}',
        '',
      ].join('\n'),
    );
  });

  it.each<[string, Shape, (ops: Ops, a: TensorRef, b: TensorRef, i: TensorRef) => TensorRef]>([
    ['a × aᵀ', [2, 2], (o, a) => o.matmul(a, a, { transposeB: true })],
    [
      'batches of matrices',
      [5, 4, 2, 4],
      (o, a) =>
        o.matmul(
          o.broadcastTo(a, { shape: [5, 1, 2, 3] }),
          o.broadcastTo(o.constant(1), { shape: [4, 3, 4] }),
        ),
    ],
    ['a sum that keeps its axes', [1, 3], (o, a) => o.sum(a, { axes: [0], keepDims: true })],
    ['rows by a table of numbers', [4, 1, 3], (o, a, _, i) => o.gather(a, o.reshape(i, { shape: [4, 1] }))],
    ['rows from an empty list', [0, 3], (o, a) => o.gather(a, o.constant(new Int32Array(0), [0]))],
    ['classes of indices', [4, 7], (o, _, __, i) => o.oneHot(i, { depth: 7 })],
  ])('knows the shape of %s', (_, shape, build) => {
    expect(trace(build)).toMatchObject({ shape, dtype: 'float32' });
  });

  it.each<[string, (ops: Ops, a: TensorRef, b: TensorRef, i: TensorRef) => TensorRef]>([
    ['takes [m, k] and [k, n], not [2, 3] and [4, 2]', (o, a, b) => o.matmul(a, b)],
    ['takes [k, m] and [k, n], not [2, 3] and [4, 2]', (o, a, b) => o.matmul(a, b, { transposeA: true })],
    ['cannot broadcast [2, 3] with [4, 2]', (o, a, b) => o.add(a, b)],
    ['Operator exp: input 0 is int32; it takes float32', (o, _, __, i) => o.exp(i)],
    ['Operator multiply: input 1 is int32; it takes float32', (o, a, _, i) => o.multiply(a, i)],
    ['Operator gather: input 1 is float32; it takes int32', (o, a, b) => o.gather(a, b)],
    ['Operator oneHot: input 0 is float32; it takes int32', (o, a) => o.oneHot(a, { depth: 3 })],
    ['axes [0, 0] are not different axes of [2, 3]', (o, a) => o.sum(a, { axes: [0, 0] })],
    ['axes [2] are not different axes of [2, 3]', (o, a) => o.max(a, { axes: [2] })],
    ['[2, 3] has 6 elements, [4] has 4', (o, a) => o.reshape(a, { shape: [4] })],
    ['[2, 3] does not stretch to [2, 1]', (o, a) => o.broadcastTo(a, { shape: [2, 1] })],
    [
      'permutation [0, 0] is not one of the axes [0, 1] of [2, 3]',
      (o, a) => o.transpose(a, { permutation: [0, 0] }),
    ],
    ['[2, 2] from [1, 0] does not lie inside [2, 3]', (o, a) => o.slice(a, { begin: [1, 0], size: [2, 2] })],
    ['cannot take 3 rows of [2, 3]', (o, a) => o.sliceAt(a, o.constant(Int32Array.of(0), []), { size: 3 })],
    ['start is [4]; it takes []', (o, a, _, i) => o.sliceAt(a, i, { size: 1 })],
    [
      'before [1] and after [0, 0] are not a count from 0 for each axis of [2, 3]',
      (o, a) => o.pad(a, { before: [1], after: [0, 0] }),
    ],
    ['shapes must agree but for axis 1: [2, 3], [4, 2]', (o, a, b) => o.concat([a, b], { axis: 1 })],
    ['takes at least one value', (o) => o.concat([], { axis: 0 })],
    [
      'values [2, 3] have no row for each of the indices [4]',
      (o, a, _, i) => o.scatterAdd(i, a, { rows: 9 }),
    ],
    [
      'takes logits [batch, classes] and labels [batch], not [2, 3] and [4]',
      (o, a, _, i) => o.softmaxCrossEntropy(a, i),
    ],
    [
      'a window of 3×3 does not fit into 2×3',
      (o, a) =>
        o.maxPool2d(o.reshape(a, { shape: [1, 2, 3, 1] }), {
          size: [3, 3],
          strides: [3, 3],
          padding: 'valid',
        }),
    ],
  ])('refuses: %s', (message, build) => {
    expect(() => trace(build)).toThrow(message);
  });
});

/** `build` on a [2, 3], b [4, 2] and i int32 [4]. */
function trace(build: (ops: Ops, a: TensorRef, b: TensorRef, i: TensorRef) => TensorRef): {
  shape: Shape;
  dtype: DType;
} {
  const graph = traceGraph(({ ops, input }) => ({
    y: build(ops, input('a', [2, 3]), input('b', [4, 2]), input('i', [4], 'int32')),
  }));
  return graph.nodes[graph.outputs[0]!.node]!;
}

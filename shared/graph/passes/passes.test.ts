/** Each pass on graphs small enough to read: what it leaves, and what it must leave alone. */
import { describe, expect, it } from 'vitest';
import type { Graph } from '../graph.ts';
import { type Ops, type TensorRef, type Tracer, traceGraph } from '../ops.ts';
import { printGraph } from '../print-graph.ts';
import { optimize } from './optimize.ts';
import { sinkUpdates } from './sink-updates.ts';

/** What is computed: the lines but for inputs, parameters, constants, and numbers as they are after optimizing. */
function linesOf(graph: Graph, fuse = false): string[] {
  return printGraph(optimize(graph, { fuse }))
    .trimEnd()
    .split('\n')
    .filter((line) => !/^%\d+ = (input|parameter|constant)\b/.test(line));
}

type Build = (ops: Ops, x: TensorRef, y: TensorRef, tracer: Tracer) => TensorRef;
/** Inputs %0 `x` [2, 3] and %1 `y` [2, 3]. */
const graphOf = (build: Build): Graph =>
  traceGraph((tracer) => ({
    z: build(tracer.ops, tracer.input('x', [2, 3]), tracer.input('y', [2, 3]), tracer),
  }));

const NOTHING = ['return {z: %0}'];
const one = (line: string) => [line, `return {z: ${line.split(' ')[0]}}`];

describe('simplify', () => {
  it.each<[string, Build, string[]]>([
    ['x + 0', (o, x) => o.add(x, o.constant(0)), NOTHING],
    ['0 + x', (o, x) => o.add(o.constant(0), x), NOTHING],
    ['x − 0', (o, x) => o.subtract(x, o.constant(0)), NOTHING],
    ['x · 1', (o, x) => o.multiply(x, o.constant(1)), NOTHING],
    ['x / 1', (o, x) => o.divide(x, o.constant(1)), NOTHING],
    ['x · ones', (o, x) => o.multiply(x, o.constant(new Float32Array(6).fill(1), [2, 3])), NOTHING],
    ['−−x', (o, x) => o.negate(o.negate(x)), NOTHING],
    ['max(x, x)', (o, x) => o.maximum(x, x), NOTHING],
    ['x ≠ 0 ? y : y', (o, x, y) => o.select(y, x, x), NOTHING],
    ['a condition that is known', (o, x, y) => o.select(o.constant(1), x, y), NOTHING],
    ['sum over nothing', (o, x) => o.sum(x, { axes: [] }), NOTHING],
    ['reshape there and back', (o, x) => o.reshape(o.reshape(x, { shape: [6] }), { shape: [2, 3] }), NOTHING],
    ['the whole as a slice', (o, x) => o.slice(x, { begin: [0, 0], size: [2, 3] }), NOTHING],
    ['no padding', (o, x) => o.pad(x, { before: [0, 0], after: [0, 0] }), NOTHING],
    ['one part', (o, x) => o.concat([x], { axis: 0 }), NOTHING],
    [
      'transpose of transpose',
      (o, x) => o.transpose(o.transpose(x, { permutation: [1, 0] }), { permutation: [1, 0] }),
      NOTHING,
    ],
    [
      'a slice of a part',
      (o, x, y) => o.slice(o.concat([y, x], { axis: 0 }), { begin: [2, 0], size: [2, 3] }),
      NOTHING,
    ],
    ['x + −y', (o, x, y) => o.add(x, o.negate(y)), one('%2 = subtract(%0, %1) : [2, 3]')],
    ['x − −y', (o, x, y) => o.subtract(x, o.negate(y)), one('%2 = add(%0, %1) : [2, 3]')],
    [
      'x + (−y)·x',
      (o, x, y) => o.add(x, o.multiply(o.negate(y), x)),
      ['%2 = multiply(%1, %0) : [2, 3]', '%3 = subtract(%0, %2) : [2, 3]', 'return {z: %3}'],
    ],
    ['x / 4', (o, x) => o.divide(x, o.constant(4)), one('%3 = multiply(%0, %2) : [2, 3]')],
    [
      'a transposed factor',
      (o, x, y) => o.matmul(x, o.transpose(y, { permutation: [1, 0] })),
      one('%2 = matmul(%0, %1) {transposeB: true} : [2, 2]'),
    ],
    [
      'a transposed factor transposed',
      (o, x, y) =>
        o.matmul(o.transpose(x, { permutation: [1, 0] }), o.transpose(y, { permutation: [1, 0] }), {
          transposeA: true,
        }),
      one('%2 = matmul(%0, %1) {transposeB: true} : [2, 2]'),
    ],
    [
      'a sum over one element',
      (o, x) => o.sum(o.slice(x, { begin: [0, 0], size: [1, 3] }), { axes: [0] }),
      [
        '%2 = slice(%0) {begin: [0, 0], size: [1, 3]} : [1, 3]',
        '%3 = reshape(%2) {shape: [3]} : [3]',
        'return {z: %3}',
      ],
    ],
    [
      'stretched by hand',
      (o, x, y) => o.add(x, o.broadcastTo(o.slice(y, { begin: [0, 0], size: [1, 3] }), { shape: [2, 3] })),
      [
        '%2 = slice(%1) {begin: [0, 0], size: [1, 3]} : [1, 3]',
        '%3 = add(%0, %2) : [2, 3]',
        'return {z: %3}',
      ],
    ],
    [
      'the gradient of a split',
      (o, x, y) =>
        o.add(o.pad(x, { before: [0, 0], after: [2, 0] }), o.pad(y, { before: [2, 0], after: [0, 0] })),
      one('%2 = concat(%0, %1) {axis: 0} : [4, 3]'),
    ],
  ])('%s', (_, build, expected) => {
    expect(linesOf(graphOf(build))).toEqual(expected);
  });

  it.each<[string, Build, string]>([
    ['x · 0, which is NaN for NaN', (o, x) => o.multiply(x, o.constant(0)), 'multiply'],
    ['x − x, which is NaN for infinity', (o, x) => o.subtract(x, x), 'subtract'],
    ['x / 3, whose reciprocal is rounded', (o, x) => o.divide(x, o.constant(3)), 'divide'],
    ['0 − x', (o, x) => o.subtract(o.constant(0), x), 'subtract'],
    ['1 / x', (o, x) => o.divide(o.constant(1), x), 'divide'],
    ['relu(−x)', (o, x) => o.relu(o.negate(x)), 'relu'],
  ])('keeps %s', (_, build, op) => {
    expect(linesOf(graphOf(build)).join('\n')).toContain(` = ${op}(`);
  });
});

describe('foldConstants', () => {
  it('computes what hangs on constants alone', () => {
    const graph = graphOf((o, x) => o.multiply(x, o.add(o.constant(2), o.sqrt(o.constant(9)))));
    expect(printGraph(optimize(graph, { fuse: false }))).toContain('constant 5 : []');
  });

  it('leaves what would be large', () => {
    const graph = graphOf((o) => o.broadcastTo(o.constant(1), { shape: [300, 300] }));
    expect(linesOf(graph)[0]).toContain('broadcastTo');
  });
});

describe('shareCommonSubexpressions', () => {
  it('computes equal nodes once, whichever way round a sum is written', () => {
    const graph = graphOf((o, x, y) => o.multiply(o.exp(o.add(x, y)), o.exp(o.add(y, x))));
    expect(linesOf(graph).map((line) => line.split('(')[0])).toEqual([
      '%2 = add',
      '%3 = exp',
      '%4 = multiply',
      'return {z: %4}',
    ]);
  });

  it('tells attributes, and 0 and −0, apart', () => {
    const chance = graphOf((o, _x, _y, { input }) => {
      const step = input('step', [], 'int32');
      const draw = (seed: number) => o.randomUniform(step, { shape: [2], seed });
      return o.concat([draw(1), draw(2)], { axis: 0 });
    });
    expect(linesOf(chance).filter((line) => line.includes('randomUniform'))).toHaveLength(2);
    const zeros = graphOf((o, x) => o.divide(o.divide(x, o.constant(0)), o.constant(-0)));
    expect(printGraph(optimize(zeros, { fuse: false }))).toContain('constant -0');
  });
});

describe('removeDeadCode', () => {
  it('keeps what an update needs, and the surface of the graph', () => {
    const graph = traceGraph(({ ops, input, parameter, update }) => {
      const x = input('x', [2]);
      input('unused', [2]);
      const w = parameter('w', [2], 'zeros');
      ops.exp(x);
      update(w, ops.add(w, x));
      return { x };
    });
    expect(printGraph(optimize(graph, { fuse: false }))).toBe(
      [
        '%0 = input {name: x} : [2]',
        '%1 = input {name: unused} : [2]',
        '%2 = parameter {name: w} : [2]',
        '%3 = add(%2, %0) : [2]',
        'update %2 (w) = %3',
        'return {x: %0}',
        '',
      ].join('\n'),
    );
  });
});

describe('fuseElementwise', () => {
  it.each<[string, Build, string[]]>([
    [
      'a chain',
      (o, x, y) => o.tanh(o.multiply(o.add(x, y), o.constant(2))),
      one('%3 = tanh(multiply(add(%0, %1), 2)) : [2, 3]'),
    ],
    [
      'a value read twice within the chain',
      (o, x, y) => {
        const t = o.add(x, y);
        return o.multiply(t, o.sigmoid(t));
      },
      one('%2 = multiply(a, sigmoid(a)) with a = add(%0, %1) : [2, 3]'),
    ],
    [
      'a product with a bias',
      (o, x, y, { input }) => o.relu(o.add(o.matmul(x, y, { transposeB: true }), input('b', [2]))),
      one('%3 = matmul(%0, %1) {transposeB: true} → relu(add(_, %2[0, 1])) : [2, 2]'),
    ],
    [
      'through a reshape',
      (o, x, y, { input }) =>
        o.exp(o.add(o.reshape(o.matmul(x, y, { transposeB: true }), { shape: [4] }), input('b', [4]))),
      [
        '%3 = matmul(%0, %1) {transposeB: true} → exp(add(_, %2)) : [2, 2]',
        '%4 = reshape(%3) {shape: [4]} : [4]',
        'return {z: %4}',
      ],
    ],
    [
      'transposed, cut and stretched inputs',
      (o, x, y) =>
        o.add(
          o.transpose(x, { permutation: [1, 0] }),
          o.transpose(o.slice(y, { begin: [0, 1], size: [2, 1] }), { permutation: [1, 0] }),
        ),
      one('%2 = add(%0[1, 3], %1[1: 0, 3]) : [3, 2]'),
    ],
    [
      'the later of two products',
      (o, x, y) => o.add(o.matmul(x, y, { transposeB: true }), o.matmul(y, x, { transposeB: true })),
      [
        '%2 = matmul(%0, %1) {transposeB: true} : [2, 2]',
        '%3 = matmul(%1, %0) {transposeB: true} → add(%2, _) : [2, 2]',
        'return {z: %3}',
      ],
    ],
  ])('joins %s', (_, build, expected) => {
    expect(linesOf(graphOf(build), true)).toEqual(expected);
  });

  it('keeps what several nodes read', () => {
    const graph = graphOf((o, x) => o.matmul(o.exp(x), o.tanh(o.exp(x)), { transposeB: true }));
    expect(linesOf(graph, true)).toHaveLength(4);
  });

  it('does not work an exponential out for each element that it is stretched to', () => {
    const graph = graphOf((o, x) => o.multiply(x, o.exp(o.slice(x, { begin: [0, 0], size: [1, 3] }))));
    expect(linesOf(graph, true).at(-2)).toBe('%4 = multiply(%0, %3) : [2, 3]');
  });

  it('works a cheap function of a stored value out in each reader', () => {
    const graph = graphOf((o, x, y) => {
      const t = o.multiply(x, o.constant(3));
      return o.matmul(o.exp(t), o.add(t, y), { transposeB: true });
    });
    expect(linesOf(graph, true).slice(0, 2)).toEqual([
      '%3 = exp(multiply(%0, 3)) : [2, 3]',
      '%4 = add(multiply(%0, 3), %1) : [2, 3]',
    ]);
  });

  it('reads at most seven inputs', () => {
    const graph = traceGraph(({ ops, input }) => ({
      z: Array.from({ length: 20 }, (_, i) => input(`${i}`, [4])).reduce((a, b) => ops.add(a, b)),
    }));
    for (const { inputs } of optimize(graph, { fuse: true }).nodes)
      expect(inputs.length).toBeLessThanOrEqual(7);
    expect(linesOf(graph, true).length).toBeLessThan(6);
  });

  it('leaves a reduction to itself', () => {
    const graph = graphOf((o, x, y) => o.relu(o.sum(o.multiply(x, y), { axes: [1] })));
    expect(linesOf(graph, true).map((line) => line.split('(')[0])).toEqual([
      '%2 = multiply',
      '%3 = sum',
      '%4 = relu',
      'return {z: %4}',
    ]);
  });
});

describe('sinkUpdates', () => {
  it('puts an update behind the reads of the old value, and not before what feeds it', () => {
    const graph = traceGraph(({ ops, parameter, update }) => {
      const w = parameter('w', [2], 'zeros');
      const next = ops.add(w, ops.constant(1));
      update(w, next);
      return { old: ops.exp(w), after: ops.tanh(next) };
    });
    expect(printGraph(sinkUpdates(graph))).toBe(
      [
        '%0 = parameter {name: w} : [2]',
        '%1 = constant 1 : []',
        '%2 = exp(%0) : [2]',
        '%3 = add(%0, %1) : [2]',
        '%4 = tanh(%3) : [2]',
        'update %0 (w) = %3',
        'return {old: %2, after: %4}',
        '',
      ].join('\n'),
    );
  });

  it('lets one of two updates that wait for each other go first', () => {
    const graph = traceGraph(({ ops, parameter, update }) => {
      const [v, w] = [parameter('v', [2], 'zeros'), parameter('w', [2], 'zeros')];
      update(v, ops.add(v, w));
      update(w, ops.subtract(v, w));
      return { v };
    });
    expect(sinkUpdates(graph).nodes.map(({ op }) => op)).toEqual([
      'parameter',
      'parameter',
      'add',
      'subtract',
    ]);
  });
});

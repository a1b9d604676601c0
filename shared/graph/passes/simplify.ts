/**
 * Algebra on single nodes: what computes nothing goes, what can be said with fewer or cheaper nodes is. Each rule keeps every value
 * (NaN and infinities too: x·0 stays), but for the sign of a zero.
 */

import { broadcastShapes } from '../broadcast.ts';
import type { Attributes, Graph, Node, Shape } from '../graph.ts';
import { isElementwise } from '../memory/spans.ts';
import { sameShape, sizeOf } from '../operator.ts';
import { type Rewriter, rewriteGraph } from './rewrite.ts';

/** Gives the node that stands for `node`, whose inputs are simplified already; null if the rule does not apply. */
type Rule = (node: Node, to: Rewriter) => number | null;

export function simplify(graph: Graph): Graph {
  return rewriteGraph(graph, (node, to) => {
    if (!node.fused) {
      for (const rule of RULES[node.op] ?? []) {
        const id = rule(node, to);
        if (id !== null) return id;
      }
      const id = isElementwise(node) ? readUnstretched(node, to) : null;
      if (id !== null) return id;
    }
    return to.keep(node);
  });
}

const inputOf = ({ inputs }: Node, to: Rewriter, place = 0): Node => to.nodes[inputs[place]!]!;
const counts = (attributes: Attributes, name: string): readonly number[] =>
  attributes[name] as readonly number[];

/** The one number that a constant holds in all its elements. */
function uniform({ value, dtype }: Node): number | null {
  if (!value || value.length === 0 || dtype !== 'float32') return null;
  return value.every((x) => Object.is(x, value[0])) ? value[0]! : null;
}

/** `id` with the shape that `node` has: as it is, reshaped, or stretched. */
function shapedLike(node: Node, id: number, to: Rewriter): number {
  const { shape } = to.nodes[id]!;
  if (sameShape(shape, node.shape)) return id;
  const op = sizeOf(shape) === sizeOf(node.shape) ? 'reshape' : 'broadcastTo';
  return to.add(op, [id], { shape: node.shape });
}

/** x op c → x, and c op x → x, where `c` says so. */
const neutral =
  (c: (x: number) => boolean, places: readonly number[]): Rule =>
  (node, to) => {
    const place = places.find((i) => {
      const number = uniform(inputOf(node, to, i));
      return number !== null && c(number);
    });
    return place === undefined ? null : shapedLike(node, node.inputs[1 - place]!, to);
  };

/** f(g(x)) → what `make` says, where the input is the operator `inner`. */
const over =
  (inner: string, make: (node: Node, inner: Node, to: Rewriter) => number | null): Rule =>
  (node, to) => {
    const input = inputOf(node, to);
    return input.op === inner && !input.fused ? make(node, input, to) : null;
  };

const same: Rule = (node, to) => (sameShape(node.shape, inputOf(node, to).shape) ? node.inputs[0]! : null);
const isPowerOfTwo = (x: number): boolean =>
  Number.isInteger(Math.log2(Math.abs(x))) && Math.abs(Math.log2(Math.abs(x))) <= 126;

const RULES: Readonly<Record<string, readonly Rule[]>> = {
  add: [
    neutral((c) => c === 0, [0, 1]),
    (node, to) => negated(node, to, 1, 'subtract') ?? joinedPads(node, to),
    (node, to) => {
      const first = inputOf(node, to);
      return first.op === 'negate' ? to.add('subtract', [node.inputs[1]!, first.inputs[0]!]) : null;
    },
  ],
  subtract: [neutral((c) => c === 0, [1]), (node, to) => negated(node, to, 1, 'add')],
  multiply: [neutral((c) => c === 1, [0, 1])],
  divide: [
    neutral((c) => c === 1, [1]),
    (node, to) => {
      const number = uniform(inputOf(node, to, 1));
      if (number === null || !isPowerOfTwo(number)) return null; // the reciprocal would be rounded
      const { shape, dtype } = inputOf(node, to, 1);
      const reciprocal = to.addConstant(new Float32Array(sizeOf(shape)).fill(1 / number), { shape, dtype });
      return to.add('multiply', [node.inputs[0]!, reciprocal]);
    },
  ],
  power: [neutral((c) => c === 1, [1])],
  negate: [over('negate', (_, { inputs }) => inputs[0]!)],
  relu: [over('relu', (_, { id }) => id), over('abs', (_, { id }) => id)],
  abs: [
    over('abs', (_, { id }) => id),
    over('relu', (_, { id }) => id),
    over('negate', (_, { inputs }, to) => to.add('abs', inputs)),
  ],
  floor: [over('floor', (_, { id }) => id)],
  maximum: [twins],
  minimum: [twins],
  select: [
    (node, to) => (node.inputs[1] === node.inputs[2] ? shapedLike(node, node.inputs[1]!, to) : null),
    (node, to) => {
      const condition = uniform(inputOf(node, to));
      return condition === null ? null : shapedLike(node, node.inputs[condition !== 0 ? 1 : 2]!, to);
    },
  ],
  cast: [(node, to) => (inputOf(node, to).dtype === node.dtype ? node.inputs[0]! : null)],
  sum: [overOnes],
  mean: [overOnes],
  max: [overOnes],
  matmul: [
    (node, to) => withoutTranspose(node, to, 0, 'transposeA') ?? withoutTranspose(node, to, 1, 'transposeB'),
  ],
  reshape: [same, over('reshape', ({ attributes }, { inputs }, to) => to.add('reshape', inputs, attributes))],
  transpose: [
    over('transpose', ({ attributes }, inner, to) => {
      const first = counts(inner.attributes, 'permutation');
      const permutation = counts(attributes, 'permutation').map((axis) => first[axis]!);
      return to.add('transpose', inner.inputs, { permutation });
    }),
    (node, to) => {
      const { shape } = inputOf(node, to);
      const moved = counts(node.attributes, 'permutation').filter((axis) => shape[axis] !== 1);
      return moved.every((axis, i) => i === 0 || moved[i - 1]! < axis)
        ? shapedLike(node, node.inputs[0]!, to)
        : null;
    },
  ],
  broadcastTo: [
    (node, to) =>
      sizeOf(node.shape) === sizeOf(inputOf(node, to).shape) ? shapedLike(node, node.inputs[0]!, to) : null,
    over('broadcastTo', ({ attributes }, { inputs }, to) => to.add('broadcastTo', inputs, attributes)),
  ],
  slice: [
    same,
    over('slice', ({ attributes }, inner, to) => {
      const first = counts(inner.attributes, 'begin');
      const begin = counts(attributes, 'begin').map((n, axis) => n + first[axis]!);
      return to.add('slice', inner.inputs, { ...attributes, begin });
    }),
    over('concat', sliceOfPart),
  ],
  pad: [same],
  concat: [(node) => (node.inputs.length === 1 ? node.inputs[0]! : null), flatConcat],
};

/** a + (−b) → a − b, and a − (−b) → a + b. */
function negated(node: Node, to: Rewriter, place: number, op: string): number | null {
  const input = inputOf(node, to, place);
  return input.op === 'negate' ? to.add(op, [node.inputs[1 - place]!, input.inputs[0]!]) : null;
}

/** max(x, x) → x. */
function twins({ inputs }: Node): number | null {
  return inputs[0] === inputs[1] ? inputs[0]! : null;
}

/** The sum, mean or largest of one element each. */
function overOnes(node: Node, to: Rewriter): number | null {
  const { shape } = inputOf(node, to);
  return counts(node.attributes, 'axes').every((axis) => shape[axis] === 1)
    ? shapedLike(node, node.inputs[0]!, to)
    : null;
}

/** A product takes its factor transposed if the transpose swaps the last two axes and nothing else. */
function withoutTranspose(
  node: Node,
  to: Rewriter,
  place: number,
  flag: 'transposeA' | 'transposeB',
): number | null {
  const input = inputOf(node, to, place);
  if (input.op !== 'transpose') return null;
  const permutation = counts(input.attributes, 'permutation');
  const rank = permutation.length;
  const isSwap = permutation.every(
    (axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i),
  );
  if (!isSwap) return null;
  const inputs = node.inputs.map((id, i) => (i === place ? input.inputs[0]! : id));
  return to.add('matmul', inputs, { ...node.attributes, [flag]: !node.attributes[flag] });
}

/** A concatenation among the parts of one along the same axis: its parts. */
function flatConcat({ inputs, attributes }: Node, to: Rewriter): number | null {
  const parts = inputs.flatMap((id) => {
    const part = to.nodes[id]!;
    return part.op === 'concat' && part.attributes.axis === attributes.axis ? part.inputs : [id];
  });
  return parts.length === inputs.length ? null : to.add('concat', parts, attributes);
}

/** A slice that lies in one part of a concatenation is a slice of that part. */
function sliceOfPart({ attributes }: Node, concat: Node, to: Rewriter): number | null {
  const axis = concat.attributes.axis as number;
  const [begin, size] = [counts(attributes, 'begin'), counts(attributes, 'size')];
  let start = 0;
  for (const part of concat.inputs) {
    const length = to.nodes[part]!.shape[axis]!;
    if (begin[axis]! >= start && begin[axis]! + size[axis]! <= start + length) {
      const within = begin.map((n, i) => (i === axis ? n - start : n));
      return to.add('slice', [part], { begin: within, size });
    }
    start += length;
  }
  return null;
}

/** Elementwise operators stretch their inputs themselves. */
function readUnstretched(node: Node, to: Rewriter): number | null {
  if (!node.inputs.some((id) => to.nodes[id]!.op === 'broadcastTo')) return null;
  const shapes = node.inputs.map((id) => to.nodes[id]!.shape);
  const inputs = [...node.inputs];
  for (const [place, id] of node.inputs.entries()) {
    const input = to.nodes[id]!;
    if (input.op !== 'broadcastTo') continue;
    const narrow = to.nodes[input.inputs[0]!]!.shape;
    const widened = shapes
      .map((shape, i) => (i === place ? narrow : shape))
      .reduce((a, b) => broadcastShapes(node.op, a, b));
    if (!sameShape(widened, node.shape)) continue; // the others do not fill the shape
    shapes[place] = narrow;
    inputs[place] = input.inputs[0]!;
  }
  return inputs.every((id, i) => id === node.inputs[i]) ? null : to.add(node.op, inputs, node.attributes);
}

/** pad(a) + pad(b), each zero where the other is not, is their concatenation: what the gradients of two slices add up to. */
function joinedPads(node: Node, to: Rewriter): number | null {
  const [a, b] = [inputOf(node, to, 0), inputOf(node, to, 1)];
  if (a.op !== 'pad' || b.op !== 'pad' || !sameShape(a.shape, b.shape)) return null;
  const [beforeA, afterA] = [counts(a.attributes, 'before'), counts(a.attributes, 'after')];
  const [beforeB, afterB] = [counts(b.attributes, 'before'), counts(b.attributes, 'after')];
  const axes = a.shape.flatMap((_, axis) =>
    beforeA[axis] === beforeB[axis] && afterA[axis] === afterB[axis] ? [] : [axis],
  );
  const [axis] = axes;
  if (axis === undefined || axes.length > 1) return null;
  const lengthOf = (pad: Node) => to.nodes[pad.inputs[0]!]!.shape[axis]!;
  const [first, second] = beforeA[axis]! < beforeB[axis]! ? [a, b] : [b, a];
  const start = counts(first.attributes, 'before')[axis]!;
  const middle = counts(second.attributes, 'before')[axis]!;
  if (start + lengthOf(first) !== middle) return null;
  const joined = to.add('concat', [first.inputs[0]!, second.inputs[0]!], { axis });
  const after = counts(first.attributes, 'after').map((n, i) =>
    i === axis ? counts(second.attributes, 'after')[axis]! : n,
  );
  const before: Shape = counts(first.attributes, 'before');
  return to.add('pad', [joined], { before, after });
}

/** Rules for operators that put elements elsewhere. */
import type { Node } from '../../graph.ts';
import { sameShape, sizeOf } from '../../operator.ts';
import type { Rewriter } from '../rewrite.ts';
import { counts, inputOf, over, type Rule, same, shapedLike } from './rule.ts';

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

/** pad(a) + pad(b), each zero where the other is not, is their concatenation: what the gradients of two slices add up to. */
export function joinedPads(node: Node, to: Rewriter): number | null {
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
  const before = counts(first.attributes, 'before');
  return to.add('pad', [joined], { before, after });
}

/** A permutation that leaves the longer axes in order moves nothing. */
const idleTranspose: Rule = (node, to) => {
  const { shape } = inputOf(node, to);
  const moved = counts(node.attributes, 'permutation').filter((axis) => shape[axis] !== 1);
  const isIdle = moved.every((axis, i) => i === 0 || moved[i - 1]! < axis);
  return isIdle ? shapedLike(node, node.inputs[0]!, to) : null;
};

export const MOVEMENT: Readonly<Record<string, readonly Rule[]>> = {
  cast: [(node, to) => (inputOf(node, to).dtype === node.dtype ? node.inputs[0]! : null)],
  reshape: [
    same,
    over('reshape', ({ attributes }, { inputs }, to) => to.add('reshape', inputs, attributes)),
    over('negate', ({ attributes }, { inputs }, to) =>
      to.add('negate', [to.add('reshape', inputs, attributes)]),
    ),
  ],
  transpose: [
    over('transpose', ({ attributes }, inner, to) => {
      const first = counts(inner.attributes, 'permutation');
      const permutation = counts(attributes, 'permutation').map((axis) => first[axis]!);
      return to.add('transpose', inner.inputs, { permutation });
    }),
    idleTranspose,
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

/** What a node's run reads and in what order: the facts on which sharing of memory rests. */
import type { Attributes, Node, Shape } from '../graph.ts';
import { sameShape, sizeOf } from '../operator.ts';
import { findOperator } from '../ops.ts';
import { stridesOf } from '../strided.ts';

/** A stretch of a node's value, in elements. */
export interface Span {
  node: number;
  offset: number;
  size: number;
}

export interface ReadSpan extends Span {
  /** Element i of the span is read when element i of the output is written, and never again. */
  aligned: boolean;
}

/** Where in its input's value the value of `node` begins, if it is a stretch of it as it stands; otherwise null. */
export function offsetInInput(node: Node, input: Node): number | null {
  if (node.op === 'reshape') return 0;
  if (node.op === 'broadcastTo') return sizeOf(node.shape) === sizeOf(input.shape) ? 0 : null;
  if (node.op === 'slice') return contiguousOffset(node.attributes, input.shape);
  return null;
}

function contiguousOffset(attributes: Attributes, shape: Shape): number | null {
  const { begin, size } = attributes as { begin: Shape; size: Shape };
  const strides = stridesOf(shape);
  const first = size.findIndex((n) => n !== 1);
  const whole = size.every((n, axis) => axis <= first || n === shape[axis]);
  return first === -1 || whole ? begin.reduce((offset, n, axis) => offset + n * strides[axis]!, 0) : null;
}

/** A `concat` whose parts lie one after the other in its value, each in one piece. */
export function isBlock(node: Node): boolean {
  return node.op === 'concat' && sizeOf(node.shape.slice(0, node.attributes.axis as number)) === 1;
}

export const isElementwise = (node: Node): boolean =>
  node.op === 'fused' || (!node.fused && findOperator(node.op)?.scalar !== undefined);

/** Everything that running `node` reads. */
export function readsOf(node: Node, nodes: readonly Node[]): ReadSpan[] {
  const whole = (input: number, aligned: boolean): ReadSpan => ({
    node: input,
    offset: 0,
    size: sizeOf(nodes[input]!.shape),
    aligned,
  });
  if (!node.fused) {
    const elementwise = isElementwise(node);
    return node.inputs.map((input) =>
      whole(input, elementwise && sameShape(nodes[input]!.shape, node.shape)),
    );
  }
  const { reads } = node.fused;
  const spans = node.inputs.slice(0, ownInputs(node)).map((input) => whole(input, false));
  const contiguous = stridesOf(node.shape);
  for (const { input, offset, strides } of reads) {
    const last = strides.reduce((sum, stride, axis) => sum + stride * Math.max(node.shape[axis]! - 1, 0), 0);
    // An operator may use its output as scratch before the fused body runs, so only `fused` counts as aligned.
    const aligned =
      node.op === 'fused' && strides.every((n, axis) => node.shape[axis] === 1 || n === contiguous[axis]);
    spans.push({ node: node.inputs[input]!, offset, size: last + 1, aligned });
  }
  return spans;
}

/** How many of its inputs are its own operator's; the others are read by its fused body alone. */
export function ownInputs(node: Node): number {
  const arity = findOperator(node.op)?.arity ?? 0;
  return arity === 'many' ? node.inputs.length : arity;
}

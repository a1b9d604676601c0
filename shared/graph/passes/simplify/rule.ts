/** What the rules of simplify.ts are made of. */
import type { Attributes, Node } from '../../graph.ts';
import { sameShape, sizeOf } from '../../operator.ts';
import type { Rewriter } from '../rewrite.ts';

/** Gives the node that stands for `node`, whose inputs are simplified already; null if the rule does not apply. */
export type Rule = (node: Node, to: Rewriter) => number | null;

export const inputOf = ({ inputs }: Node, to: Rewriter, place = 0): Node => to.nodes[inputs[place]!]!;

export const counts = (attributes: Attributes, name: string): readonly number[] =>
  attributes[name] as readonly number[];

/** The one number that a constant holds in all its elements. */
export function uniform({ value, dtype }: Node): number | null {
  if (!value || value.length === 0 || dtype !== 'float32') return null;
  return value.every((x) => Object.is(x, value[0])) ? value[0]! : null;
}

/** `id` with the shape that `node` has: as it is, reshaped, or stretched. */
export function shapedLike(node: Node, id: number, to: Rewriter): number {
  const { shape } = to.nodes[id]!;
  if (sameShape(shape, node.shape)) return id;
  const op = sizeOf(shape) === sizeOf(node.shape) ? 'reshape' : 'broadcastTo';
  return to.add(op, [id], { shape: node.shape });
}

/** f(g(x)) → what `make` says, where the input is the operator `inner`. */
export const over =
  (inner: string, make: (node: Node, inner: Node, to: Rewriter) => number | null): Rule =>
  (node, to) => {
    const input = inputOf(node, to);
    return input.op === inner && !input.fused ? make(node, input, to) : null;
  };

/** The input, where it has the output's shape and the operator can do nothing else than change the shape. */
export const same: Rule = (node, to) =>
  sameShape(node.shape, inputOf(node, to).shape) ? node.inputs[0]! : null;

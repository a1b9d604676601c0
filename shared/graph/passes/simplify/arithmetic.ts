/** Rules for elementwise operators, reductions and products. */
import type { Node } from '../../graph.ts';
import { sizeOf } from '../../operator.ts';
import type { Rewriter } from '../rewrite.ts';
import { joinedPads } from './movement.ts';
import { counts, inputOf, over, type Rule, shapedLike, uniform } from './rule.ts';

/** x op c → x, and c op x → x, where `c` says so. */
const neutral =
  (c: number, places: readonly number[]): Rule =>
  (node, to) => {
    const place = places.find((i) => uniform(inputOf(node, to, i)) === c);
    return place === undefined ? null : shapedLike(node, node.inputs[1 - place]!, to);
  };

const isPowerOfTwo = (x: number): boolean => {
  const exponent = Math.log2(Math.abs(x));
  return Number.isInteger(exponent) && Math.abs(exponent) <= 126;
};

/** f(f(x)) → f(x), and the like: what the inner operator gives is so already. */
const already = (inner: string): Rule => over(inner, (_, { id }) => id);

/** a + (−b) → a − b, and a − (−b) → a + b. */
const negated =
  (place: number, op: string): Rule =>
  (node, to) => {
    const input = inputOf(node, to, place);
    return input.op === 'negate' ? to.add(op, [node.inputs[1 - place]!, input.inputs[0]!]) : null;
  };

/** (−a)·b → −(a·b): further out, a sign meets a sum that takes it in. */
const signOut: Rule = (node, to) => {
  const place = node.inputs.findIndex((id) => to.nodes[id]!.op === 'negate');
  if (place < 0) return null;
  const negation = inputOf(node, to, place);
  if (sizeOf(node.shape) > sizeOf(negation.shape)) return null;
  const inputs = node.inputs.map((id, i) => (i === place ? negation.inputs[0]! : id));
  return to.add('negate', [to.add(node.op, inputs, node.attributes)]);
};

/** x / 2ⁿ → x · 2⁻ⁿ. Any other reciprocal would be rounded. */
const exactReciprocal: Rule = (node, to) => {
  const divisor = inputOf(node, to, 1);
  const number = uniform(divisor);
  if (number === null || !isPowerOfTwo(number)) return null;
  const reciprocal = to.addConstant(new Float32Array(sizeOf(divisor.shape)).fill(1 / number), divisor);
  return to.add('multiply', [node.inputs[0]!, reciprocal]);
};

const twins: Rule = ({ inputs }) => (inputs[0] === inputs[1] ? inputs[0]! : null);

/** The sum, mean or largest of one element each. */
const overOnes: Rule = (node, to) => {
  const { shape } = inputOf(node, to);
  const isIdle = counts(node.attributes, 'axes').every((axis) => shape[axis] === 1);
  return isIdle ? shapedLike(node, node.inputs[0]!, to) : null;
};

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

export const ARITHMETIC: Readonly<Record<string, readonly Rule[]>> = {
  add: [neutral(0, [0, 1]), negated(1, 'subtract'), negated(0, 'subtract'), joinedPads],
  subtract: [neutral(0, [1]), negated(1, 'add')],
  multiply: [neutral(1, [0, 1]), signOut],
  divide: [neutral(1, [1]), exactReciprocal, signOut],
  power: [neutral(1, [1])],
  negate: [over('negate', (_, { inputs }) => inputs[0]!)],
  relu: [already('relu'), already('abs')],
  abs: [already('abs'), already('relu'), over('negate', (_, { inputs }, to) => to.add('abs', inputs))],
  floor: [already('floor')],
  maximum: [twins],
  minimum: [twins],
  select: [
    (node, to) => (node.inputs[1] === node.inputs[2] ? shapedLike(node, node.inputs[1]!, to) : null),
    (node, to) => {
      const condition = uniform(inputOf(node, to));
      return condition === null ? null : shapedLike(node, node.inputs[condition !== 0 ? 1 : 2]!, to);
    },
  ],
  sum: [overOnes, signOut],
  mean: [overOnes, signOut],
  max: [overOnes],
  matmul: [
    (node, to) => withoutTranspose(node, to, 0, 'transposeA') ?? withoutTranspose(node, to, 1, 'transposeB'),
  ],
};

/**
 * Triplet loss beside cross-entropy. The logits of a row, brought to length 1, are its place on a sphere: rows of its class shall be
 * nearer to it than those of others, by a margin. Of each batch the farthest row of the class and the nearest of another make the
 * triplet (“batch hard”, Hermans et al. 2017).
 */
import * as z from 'zod';
import type { Ops, TensorRef } from '../../graph/ops.ts';
import type { Loss } from './loss.ts';

const Triplet = z.strictObject({
  type: z.literal('triplet'),
  /** Of squared distances, which go from 0 to 4. */
  margin: z.number().positive().max(4).default(0.5),
  /** Of the triplets beside the cross-entropy, which counts 1. */
  weight: z.number().positive().max(100).default(1),
});
type Triplet = z.infer<typeof Triplet>;

/** More than any distance. */
const FAR = 8;
const LEAST = 1e-12;

export const triplet = {
  type: 'triplet',
  summary:
    'Cross-entropy, and rows of a class are drawn together and away from others; for many classes of few rows.',
  task: 'classification',
  params: Triplet,
  rows(ops, logits, target, { margin, weight }) {
    const [batch, classes] = logits.shape as [number, number];
    const classOf = ops.oneHot(target, { depth: classes });
    const same = ops.matmul(classOf, ops.transpose(classOf, { permutation: [1, 0] }));
    const others = ops.subtract(ops.constant(1), same);
    const distances = squaredDistances(ops, logits);
    const farthest = ops.max(ops.multiply(distances, same), { axes: [1] });
    const nearest = ops.negate(
      ops.max(ops.negate(ops.add(distances, ops.multiply(same, ops.constant(FAR)))), { axes: [1] }),
    );
    // a row that is alone of its class in the batch, or meets no other class, has no triplet
    const hasPair = ops.multiply(
      ops.greater(ops.sum(same, { axes: [1] }), ops.constant(1.5)),
      ops.greater(ops.sum(others, { axes: [1] }), ops.constant(0.5)),
    );
    const above = ops.relu(ops.add(ops.subtract(farthest, nearest), ops.constant(margin)));
    const triplets = ops.multiply(ops.multiply(above, hasPair), ops.constant(weight));
    return ops.reshape(ops.add(ops.softmaxCrossEntropy(logits, target), triplets), { shape: [batch] });
  },
} satisfies Loss<Triplet>;

/** Between all rows of x [batch, n], each brought to length 1: 2 − 2·cos [batch, batch]. */
function squaredDistances(ops: Ops, x: TensorRef): TensorRef {
  const squares = ops.sum(ops.multiply(x, x), { axes: [1], keepDims: true });
  const unit = ops.divide(x, ops.sqrt(ops.add(squares, ops.constant(LEAST))));
  const cosines = ops.matmul(unit, ops.transpose(unit, { permutation: [1, 0] }));
  return ops.multiply(ops.subtract(ops.constant(1), cosines), ops.constant(2));
}

/**
 * Boxes on a grid, each cell by itself (Tian et al. 2019, FCOS). Of C labels, a cell's output is C logits and how far the box's left,
 * top, right and bottom side are, as natural logarithms of cells; its target is C scores 0 … 1, those four in cells, and how much they
 * count. Scores cost binary cross-entropy times |score − target|^γ (Li et al. 2020, quality focal loss), boxes 1 − their overlap.
 */
import * as z from 'zod';
import type { Ops, TensorRef } from '../../graph/ops.ts';
import type { Loss } from './loss.ts';

const Detection = z.strictObject({
  type: z.literal('detection'),
  /** The larger, the less those cells count that are told well already; most are empty. */
  gamma: z.number().min(0).max(10).default(2),
  /** How much places count for each point that names count. */
  boxWeight: z.number().positive().max(100).default(1),
});
type Detection = z.infer<typeof Detection>;

/** Numbers of a cell besides its scores: in the output, and in the target. */
export const SIDES = 4;
export const TARGET_EXTRAS = SIDES + 1;
/** Taken off the logits, so that a model that has learnt nothing finds nothing: σ(−4) = 0.018. */
export const PRIOR = 4;
/** Logarithm of cells: e⁶ = 403, beyond any grid; keeps the exponential finite. */
export const REACH_MOST = 6;
const LEAST = 1e-7;

export const detection = {
  type: 'detection',
  summary:
    'For boxes: wrong names count by how wrong they are, and wrong places by how little boxes overlap.',
  task: 'object-detection',
  params: Detection,
  rows(ops, y, target, { gamma, boxWeight }) {
    const labels = y.shape.at(-1)! - SIDES;
    const weight = part(ops, target, labels + SIDES, 1);
    const names = scoreLosses(ops, part(ops, y, 0, labels), part(ops, target, 0, labels), gamma);
    const distances = ops.exp(ops.minimum(part(ops, y, labels, SIDES), ops.constant(REACH_MOST)));
    const apart = ops.subtract(ops.constant(1), overlap(ops, distances, part(ops, target, labels, SIDES)));
    const places = ops.multiply(ops.multiply(weight, apart), ops.constant(boxWeight));
    const cells = { axes: [1, 2, 3] };
    const total = ops.add(ops.sum(names, cells), ops.sum(places, cells));
    return ops.divide(total, ops.maximum(ops.sum(weight, cells), ops.constant(1)));
  },
} satisfies Loss<Detection>;

/** ln(1 + eˣ) − x·t, weighed; of logits before `PRIOR` is taken off. */
function scoreLosses(ops: Ops, logits: TensorRef, target: TensorRef, gamma: number): TensorRef {
  const x = ops.subtract(logits, ops.constant(PRIOR));
  const tail = ops.log(ops.add(ops.constant(1), ops.exp(ops.negate(ops.abs(x)))));
  const losses = ops.subtract(ops.add(ops.relu(x), tail), ops.multiply(x, target));
  if (gamma === 0) return losses;
  const miss = ops.maximum(ops.abs(ops.subtract(ops.sigmoid(x), target)), ops.constant(LEAST));
  return ops.multiply(gamma === 2 ? ops.multiply(miss, miss) : ops.power(miss, ops.constant(gamma)), losses);
}

/** Intersection over union of two boxes around one point, [batch, height, width, 1]. */
function overlap(ops: Ops, a: TensorRef, b: TensorRef): TensorRef {
  const area = (sides: TensorRef) => {
    const [left, top, right, bottom] = [0, 1, 2, 3].map((side) => part(ops, sides, side, 1));
    return ops.multiply(ops.add(left!, right!), ops.add(top!, bottom!));
  };
  const shared = area(ops.minimum(a, b));
  return ops.divide(shared, ops.subtract(ops.add(area(a), area(b)), shared));
}

/** `count` numbers of the last axis, from `from` on. */
const part = (ops: Ops, x: TensorRef, from: number, count: number): TensorRef =>
  ops.slice(x, {
    begin: x.shape.map((_, axis) => (axis === x.shape.length - 1 ? from : 0)),
    size: [...x.shape.slice(0, -1), count],
  });

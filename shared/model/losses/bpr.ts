/**
 * Bayesian personalised ranking (Rendle et al. 2009): of two items of one user, the one with the higher rating shall have the higher
 * score. −ln σ(difference of the scores), over all such pairs in the batch; how high the scores are is nothing to it.
 */
import * as z from 'zod';
import type { Ops, TensorRef } from '../../graph/ops.ts';
import type { Loss } from './loss.ts';

const Bpr = z.strictObject({ type: z.literal('bpr') });
type Bpr = z.infer<typeof Bpr>;

export const bpr = {
  type: 'bpr',
  summary: 'Learns the order of each user’s items and not their ratings; needs "rankWithin".',
  task: 'regression',
  ranks: true,
  params: Bpr,
  /** Of each row the mean over the items that its user rates lower; 0 where there is none. */
  rows(ops, y, target, _, group) {
    const isPair = ops.multiply(
      ops.greater(column(ops, target), row(ops, target)),
      ops.equal(column(ops, group!), row(ops, group!)),
    );
    const behind = ops.subtract(row(ops, y), column(ops, y));
    const total = ops.sum(ops.multiply(softplus(ops, behind), isPair), { axes: [1] });
    return ops.divide(total, ops.maximum(ops.sum(isPair, { axes: [1] }), ops.constant(1)));
  },
} satisfies Loss<Bpr>;

const column = (ops: Ops, x: TensorRef) => ops.reshape(x, { shape: [x.shape[0]!, 1] });
const row = (ops: Ops, x: TensorRef) => ops.reshape(x, { shape: [1, x.shape[0]!] });

/** ln(1 + eˣ), for large x too. */
const softplus = (ops: Ops, x: TensorRef): TensorRef =>
  ops.add(ops.relu(x), ops.log(ops.add(ops.constant(1), ops.exp(ops.negate(ops.abs(x))))));

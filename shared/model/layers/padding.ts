/** Padding in sequences of token ids: a place that holds id 0 is empty. */
import type { Ops, TensorRef } from '../../graph/ops.ts';

/** Added to what a softmax or a maximum must not choose; far below any score, and finite. */
const NEVER = -1e9;

/** Ids [batch, time] → 1 where the place is empty, else 0. */
export const emptyPlaces = (ops: Ops, tokens: TensorRef): TensorRef => ops.equal(tokens, ops.constant(0));

/** Ids [batch, time] → 1 where there is a token, else 0. */
export const takenPlaces = (ops: Ops, tokens: TensorRef): TensorRef =>
  ops.subtract(ops.constant(1), emptyPlaces(ops, tokens));

/** Ids [batch, time] → a large negative number where the place is empty, else 0. */
export const paddingBias = (ops: Ops, tokens: TensorRef): TensorRef =>
  ops.multiply(emptyPlaces(ops, tokens), ops.constant(NEVER));

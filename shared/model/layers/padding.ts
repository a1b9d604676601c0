/** Places that attention must not look at: padding in sequences of token ids, which is id 0, and what comes later. */
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

/** [1, 1, time, time]: a large negative number where the last axis is later than the one before it, else 0. */
export const laterBias = (ops: Ops, time: number): TensorRef =>
  ops.constant(
    Float32Array.from({ length: time * time }, (_, i) => (i % time > Math.floor(i / time) ? NEVER : 0)),
    [1, 1, time, time],
  );

/**
 * To say a text token by token: of each place which token comes next, given all those before it (Bahdanau et al. 2015). A row's answer is
 * int32 [length + 1]: the mark that begins it, its tokens, the mark that ends it, and zeros. The body takes the row and, behind it, all
 * of its answer but the last place.
 */
import type { Ops, TensorRef } from '../../graph/ops.ts';
import { takenPlaces } from '../layers/padding.ts';
import { rowLosses } from '../losses/list.ts';
import type { Objective, ObjectiveScope } from './objective.ts';

export const nextToken: Objective = {
  /** Of each row the sum over its tokens: −ln of the probability of the whole text. */
  losses: (scope) => told(scope).losses,
  /** [batch, 3]: loss, tokens that were the most probable, tokens. */
  digest(scope) {
    const { ops } = scope;
    const { losses, logits, next, counts, shape } = told(scope);
    const own = ops.sum(ops.multiply(logits, ops.oneHot(next, { depth: logits.shape[1]! })), { axes: [1] });
    const isRight = ops.equal(own, ops.max(logits, { axes: [1] }));
    const right = sumRows(ops, ops.multiply(ops.reshape(isRight, { shape }), counts));
    const columns = [losses, right, sumRows(ops, counts)];
    return ops.concat(
      columns.map((column) => ops.reshape(column, { shape: [shape[0]!, 1] })),
      { axis: 1 },
    );
  },
  /** [batch, tokens]: the logits of the token that comes next. `x` ends in the answer so far, as float32. */
  answer({ ops, x, model }) {
    const logits = model(x);
    const [batch, length, tokens] = logits.shape as [number, number, number];
    const said = ops.slice(x, { begin: [0, x.shape[1]! - length], size: [batch, length] });
    const count = ops.sum(takenPlaces(ops, said), { axes: [1], keepDims: true }); // [batch, 1]
    const places = ops.constant(
      Float32Array.from({ length }, (_, i) => i + 1),
      [1, length],
    );
    const isLast = ops.reshape(ops.equal(places, count), { shape: [batch, 1, length] });
    return ops.reshape(ops.matmul(isLast, logits), { shape: [batch, tokens] });
  },
};

/** `logits` [batch · length, tokens] and `next` [batch · length]; `counts` [batch, length] is 1 where there is a token to be said. */
function told({ ops, x, target, model, loss }: ObjectiveScope) {
  const answer = ops.cast(target(), { to: 'float32' }); // which alone can be sliced
  const [batch, whole] = answer.shape as [number, number];
  const shape = [batch, whole - 1];
  const said = ops.slice(answer, { begin: [0, 0], size: shape });
  const following = ops.slice(answer, { begin: [0, 1], size: shape });
  const y = model(ops.concat([x, said], { axis: 1 })); // [batch, length, tokens]
  const logits = ops.reshape(y, { shape: [batch * (whole - 1), y.shape[2]!] });
  const next = ops.cast(ops.reshape(following, { shape: [batch * (whole - 1)] }), { to: 'int32' });
  const counts = takenPlaces(ops, following);
  const each = ops.reshape(rowLosses(ops, logits, next, loss), { shape });
  return { losses: sumRows(ops, ops.multiply(each, counts)), logits, next, counts, shape };
}

const sumRows = (ops: Ops, x: TensorRef): TensorRef => ops.sum(x, { axes: [1] });

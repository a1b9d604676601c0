import { unaryOperator } from '../broadcast.ts';

export const negate = unaryOperator(
  'negate',
  (x) => -x,
  (tf, x) => tf.neg(x),
);

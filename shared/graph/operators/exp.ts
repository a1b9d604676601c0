import { unaryOperator } from '../broadcast.ts';

export const exp = unaryOperator(
  'exp',
  (x) => Math.exp(x),
  (tf, x) => tf.exp(x),
);

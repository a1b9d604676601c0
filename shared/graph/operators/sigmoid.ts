import { unaryOperator } from '../broadcast.ts';

export const sigmoid = unaryOperator(
  'sigmoid',
  (x) => 1 / (1 + Math.exp(-x)),
  (tf, x) => tf.sigmoid(x),
);

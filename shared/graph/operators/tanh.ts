import { unaryOperator } from '../broadcast.ts';

export const tanh = unaryOperator(
  'tanh',
  (x) => Math.tanh(x),
  (tf, x) => tf.tanh(x),
);

import { unaryOperator } from '../broadcast.ts';

export const sqrt = unaryOperator(
  'sqrt',
  (x) => Math.sqrt(x),
  (tf, x) => tf.sqrt(x),
);

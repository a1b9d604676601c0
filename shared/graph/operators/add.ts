import { binaryOperator } from '../broadcast.ts';

export const add = binaryOperator(
  'add',
  (a, b) => a + b,
  (tf, a, b) => tf.add(a, b),
);

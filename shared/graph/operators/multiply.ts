import { binaryOperator } from '../broadcast.ts';

export const multiply = binaryOperator(
  'multiply',
  (a, b) => a * b,
  (tf, a, b) => tf.mul(a, b),
);

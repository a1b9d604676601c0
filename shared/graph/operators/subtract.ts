import { binaryOperator } from '../broadcast.ts';

export const subtract = binaryOperator(
  'subtract',
  (a, b) => a - b,
  (tf, a, b) => tf.sub(a, b),
);

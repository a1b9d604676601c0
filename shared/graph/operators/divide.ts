import { binaryOperator } from '../broadcast.ts';

export const divide = binaryOperator(
  'divide',
  (a, b) => a / b,
  (tf, a, b) => tf.div(a, b),
);

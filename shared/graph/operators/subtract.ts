import { type Binary, binaryOperator } from '../elementwise.ts';

export const subtract: Binary = binaryOperator(
  'subtract',
  (a, b) => a - b,
  ({ ops, dy }) => [dy, ops.negate(dy)],
);

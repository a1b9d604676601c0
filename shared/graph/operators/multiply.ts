import { type Binary, binaryOperator } from '../elementwise.ts';

export const multiply: Binary = binaryOperator(
  'multiply',
  (a, b) => a * b,
  ({ ops, inputs: [a, b], dy }) => [ops.multiply(dy, b!), ops.multiply(dy, a!)],
);

import { type Unary, unaryOperator } from '../elementwise.ts';

export const sigmoid: Unary = unaryOperator(
  'sigmoid',
  (x) => 1 / (1 + Math.exp(-x)),
  ({ ops, output, dy }) => ops.multiply(dy, ops.multiply(output, ops.subtract(ops.constant(1), output))),
);

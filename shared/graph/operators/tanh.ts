import { type Unary, unaryOperator } from '../elementwise.ts';

export const tanh: Unary = unaryOperator(
  'tanh',
  (x) => Math.tanh(x),
  ({ ops, output, dy }) => ops.multiply(dy, ops.subtract(ops.constant(1), ops.multiply(output, output))),
);

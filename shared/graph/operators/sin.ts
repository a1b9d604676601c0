import { type Unary, unaryOperator } from '../elementwise.ts';

export const sin: Unary = unaryOperator(
  'sin',
  (x) => Math.sin(x),
  ({ ops, inputs: [x], dy }) => ops.multiply(dy, ops.cos(x!)),
);

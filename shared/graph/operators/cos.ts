import { type Unary, unaryOperator } from '../elementwise.ts';

export const cos: Unary = unaryOperator(
  'cos',
  (x) => Math.cos(x),
  ({ ops, inputs: [x], dy }) => ops.negate(ops.multiply(dy, ops.sin(x!))),
);

import { type Unary, unaryOperator } from '../elementwise.ts';

/** Its slope at 0 is taken as 0. */
export const abs: Unary = unaryOperator(
  'abs',
  (x) => Math.abs(x),
  ({ ops, inputs: [x], dy }) => ops.multiply(dy, ops.sign(x!)),
);

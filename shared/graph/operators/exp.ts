import { type Unary, unaryOperator } from '../elementwise.ts';

export const exp: Unary = unaryOperator(
  'exp',
  (x) => Math.exp(x),
  ({ ops, output, dy }) => ops.multiply(dy, output),
);

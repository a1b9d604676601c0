import { type Unary, unaryOperator } from '../elementwise.ts';

export const negate: Unary = unaryOperator(
  'negate',
  (x) => -x,
  ({ ops, dy }) => ops.negate(dy),
);

import { type Unary, unaryOperator } from '../elementwise.ts';

export const log: Unary = unaryOperator(
  'log',
  (x) => Math.log(x),
  ({ ops, inputs: [x], dy }) => ops.divide(dy, x!),
);

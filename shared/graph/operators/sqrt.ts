import { type Unary, unaryOperator } from '../elementwise.ts';

export const sqrt: Unary = unaryOperator(
  'sqrt',
  (x) => Math.sqrt(x),
  ({ ops, output, dy }) => ops.divide(ops.multiply(dy, ops.constant(0.5)), output),
);

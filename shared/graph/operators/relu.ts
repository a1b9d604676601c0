import { type Unary, unaryOperator } from '../elementwise.ts';

/** Its slope at 0 is taken as 0. */
export const relu: Unary = unaryOperator(
  'relu',
  (x) => Math.max(x, 0),
  ({ ops, output, dy }) => {
    const zero = ops.constant(0);
    return ops.select(ops.greater(output, zero), dy, zero);
  },
);

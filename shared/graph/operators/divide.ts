import { type Binary, binaryOperator } from '../elementwise.ts';

export const divide: Binary = binaryOperator(
  'divide',
  (a, b) => a / b,
  ({ ops, inputs: [, b], output, dy }) => {
    const da = ops.divide(dy, b!);
    return [da, ops.negate(ops.multiply(da, output))];
  },
);

import { type Binary, binaryOperator } from '../elementwise.ts';

/** Where both are equal the gradient goes to the first. NaN in either gives NaN. */
export const minimum: Binary = binaryOperator(
  'minimum',
  (a, b) => Math.min(a, b),
  ({ ops, inputs: [a, b], dy }) => {
    const zero = ops.constant(0);
    const second = ops.greater(a!, b!);
    return [ops.select(second, zero, dy), ops.select(second, dy, zero)];
  },
);

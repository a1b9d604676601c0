import { type Binary, binaryOperator } from '../elementwise.ts';

/** Where both are equal the gradient goes to the first. NaN in either gives NaN. */
export const maximum: Binary = binaryOperator(
  'maximum',
  (a, b) => Math.max(a, b),
  ({ ops, inputs: [a, b], dy }) => {
    const zero = ops.constant(0);
    const second = ops.greater(b!, a!);
    return [ops.select(second, zero, dy), ops.select(second, dy, zero)];
  },
);

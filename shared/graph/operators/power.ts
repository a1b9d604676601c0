/** aᵇ, NaN for a negative base and a broken exponent. */
import { type Binary, binaryOperator } from '../elementwise.ts';

export const power: Binary = binaryOperator(
  'power',
  (a, b) => a ** b,
  ({ ops, inputs: [a, b], output, dy }) => {
    const zero = ops.constant(0);
    const one = ops.constant(1);
    // b·aᵇ⁻¹, and 0 rather than 0·∞ for b = 0; aᵇ·ln a, and 0 where a has no logarithm, as TensorFlow does.
    const slope = ops.multiply(b!, ops.power(a!, ops.subtract(b!, one)));
    const da = ops.select(ops.equal(b!, zero), zero, ops.multiply(dy, slope));
    const positive = ops.greater(a!, zero);
    const logarithm = ops.log(ops.select(positive, a!, one));
    return [da, ops.multiply(dy, ops.multiply(output, ops.select(positive, logarithm, zero)))];
  },
);

/** The largest element; NaN if there is one, −∞ of none. Equal ones share the gradient. */
import { type Reduction, reduceOperator } from '../reduce.ts';

export const max: Reduction = reduceOperator('max', {
  start: Number.NEGATIVE_INFINITY,
  step: (largest, x) => Math.max(largest, x),
  gradient({ ops, inputs: [x], attributes: { axes } }, dy, output) {
    const largest = ops.equal(x!, output);
    return ops.multiply(largest, ops.divide(dy, ops.sum(largest, { axes, keepDims: true })));
  },
});

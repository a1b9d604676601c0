/** The largest element; NaN if there is one, −∞ of none. Equal ones share the gradient. */
import { type Reduction, reduceOperator } from '../reduce.ts';

export const max: Reduction = reduceOperator('max', {
  start: Number.NEGATIVE_INFINITY,
  step: (largest, x) => Math.max(largest, x),
  gradient({ ops, inputs: [x], output, attributes: { axes }, dy }, keep) {
    const largest = ops.equal(x!, keep(output));
    const count = ops.sum(largest, { axes, keepDims: true });
    return ops.multiply(largest, ops.divide(keep(dy), count));
  },
});

import { sizeOf } from '../operator.ts';
import { type Reduction, reduceOperator } from '../reduce.ts';

export const mean: Reduction = reduceOperator('mean', {
  start: 0,
  step: (total, x) => total + x,
  finish: (total, count) => total / count,
  gradient({ ops, inputs: [x], output, dy }, keep) {
    const share = ops.multiply(keep(dy), ops.constant(sizeOf(output.shape) / Math.max(sizeOf(x!.shape), 1)));
    return ops.broadcastTo(share, { shape: x!.shape });
  },
});

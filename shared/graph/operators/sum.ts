import { type Reduction, reduceOperator } from '../reduce.ts';

export const sum: Reduction = reduceOperator('sum', {
  start: 0,
  step: (total, x) => total + x,
  gradient: ({ ops, inputs: [x] }, dy) => ops.broadcastTo(dy, { shape: x!.shape }),
});

import { type Reduction, reduceOperator } from '../reduce.ts';

export const sum: Reduction = reduceOperator('sum', {
  start: 0,
  step: (total, x) => total + x,
  gradient: ({ ops, inputs: [x], dy }, keep) => ops.broadcastTo(keep(dy), { shape: x!.shape }),
});

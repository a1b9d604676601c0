import { reduceOperator } from '../reduce.ts';

export const sum = reduceOperator(
  'sum',
  (total) => total,
  (tf, x, axes) => tf.sum(x, axes),
);

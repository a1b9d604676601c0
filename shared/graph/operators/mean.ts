import { reduceOperator } from '../reduce.ts';

export const mean = reduceOperator(
  'mean',
  (total, count) => total / count,
  (tf, x, axes) => tf.mean(x, axes),
);

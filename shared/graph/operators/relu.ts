import { unaryOperator } from '../broadcast.ts';

export const relu = unaryOperator(
  'relu',
  (x) => Math.max(x, 0),
  (tf, x) => tf.relu(x),
);

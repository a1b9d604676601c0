import { unaryOperator } from '../broadcast.ts';

export const log = unaryOperator(
  'log',
  (x) => Math.log(x),
  (tf, x) => tf.log(x),
);

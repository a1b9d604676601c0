import { type Binary, binaryOperator } from '../elementwise.ts';

export const add: Binary = binaryOperator(
  'add',
  (a, b) => a + b,
  ({ dy }) => [dy, dy],
);

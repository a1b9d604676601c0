/** condition ≠ 0 ? a : b. No gradient goes to the condition, nor through the one not taken. */
import { type Ternary, ternaryOperator } from '../elementwise.ts';

export const select: Ternary = ternaryOperator(
  'select',
  (condition, a, b) => (condition !== 0 ? a : b),
  ({ ops, inputs: [condition], dy }) => {
    const zero = ops.constant(0);
    return [null, ops.select(condition!, dy, zero), ops.select(condition!, zero, dy)];
  },
);

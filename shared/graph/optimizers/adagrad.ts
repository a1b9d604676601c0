/** Adagrad (Duchi et al. 2011); the sum of squares starts at 0. */
import * as z from 'zod';
import { COMMON, type Optimizer } from './optimizer.ts';

const Adagrad = z.strictObject({
  type: z.literal('adagrad'),
  ...COMMON,
});

export const ADAGRAD = { epsilon: 1e-7 };

export const adagrad = {
  type: 'adagrad',
  summary: 'A step of its own for each weight, which shrinks the more it has been moved; for rare features.',
  params: Adagrad,
  slots: () => ['sumOfSquares'],
  scalars: ({ learningRate }) => ({ rate: learningRate }),
  apply(ops, _, { weights, slots }, gradient, { rate }) {
    const sumOfSquares = ops.add(slots.sumOfSquares!, ops.multiply(gradient, gradient));
    const root = ops.add(ops.sqrt(sumOfSquares), ops.constant(ADAGRAD.epsilon));
    return {
      weights: ops.subtract(weights, ops.divide(ops.multiply(gradient, rate!), root)),
      slots: { sumOfSquares },
    };
  },
} satisfies Optimizer<z.infer<typeof Adagrad>>;

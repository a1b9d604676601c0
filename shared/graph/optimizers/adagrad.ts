/** Adagrad (Duchi et al. 2011); the sum of squares starts at 0. */
import type { Optimizer } from './optimizer.ts';

export interface AdagradSpec {
  type: 'adagrad';
  learningRate: number;
}

export const ADAGRAD = { epsilon: 1e-7 };

export const adagrad: Optimizer<AdagradSpec> = {
  type: 'adagrad',
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
};

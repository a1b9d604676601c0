/** Stochastic gradient descent; momentum is the classical kind, or Nesterov's (Sutskever et al. 2013). */
import type { TensorRef } from '../ops.ts';
import type { Optimizer } from './optimizer.ts';

export interface SgdSpec {
  type: 'sgd';
  learningRate: number;
  /** From 0 (none) to below 1. */
  momentum: number;
  nesterov?: boolean | undefined;
}

export const sgd: Optimizer<SgdSpec> = {
  type: 'sgd',
  slots: ({ momentum }) => (momentum > 0 ? ['velocity'] : []),
  scalars: ({ learningRate }) => ({ rate: learningRate }),
  apply(ops, { momentum, nesterov }, { weights, slots }, gradient, { rate }) {
    const moved = (direction: TensorRef) => ops.subtract(weights, ops.multiply(direction, rate!));
    if (!slots.velocity) return { weights: moved(gradient), slots };
    const decay = ops.constant(momentum);
    const velocity = ops.add(ops.multiply(slots.velocity, decay), gradient);
    const direction = nesterov ? ops.add(ops.multiply(velocity, decay), gradient) : velocity;
    return { weights: moved(direction), slots: { velocity } };
  },
};

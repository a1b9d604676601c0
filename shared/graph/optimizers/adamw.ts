/** Adam with decoupled weight decay (Loshchilov and Hutter 2019). */
import { adamChange, correctedRate } from './adam.ts';
import type { Optimizer } from './optimizer.ts';

export interface AdamwSpec {
  type: 'adamw';
  learningRate: number;
  /** Share of each weight that a step at learning rate 1 would take away. */
  weightDecay: number;
}

export const adamw: Optimizer<AdamwSpec> = {
  type: 'adamw',
  slots: () => ['m', 'v'],
  scalars: ({ learningRate, weightDecay }, step) => ({
    rate: correctedRate(learningRate, step),
    decay: learningRate * weightDecay,
  }),
  apply(ops, _, state, gradient, { rate, decay }) {
    const { change, slots } = adamChange(ops, state, gradient, rate!);
    const kept = ops.subtract(state.weights, ops.multiply(state.weights, decay!));
    return { weights: ops.subtract(kept, change), slots };
  },
};

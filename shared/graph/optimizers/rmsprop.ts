/** RMSProp (Tieleman and Hinton 2012), with epsilon under the root as in Keras. */
import type { Optimizer } from './optimizer.ts';

export interface RmspropSpec {
  type: 'rmsprop';
  learningRate: number;
}

export const RMSPROP = { rho: 0.9, epsilon: 1e-7 };

export const rmsprop: Optimizer<RmspropSpec> = {
  type: 'rmsprop',
  slots: () => ['meanSquare'],
  scalars: ({ learningRate }) => ({ rate: learningRate }),
  apply(ops, _, { weights, slots }, gradient, { rate }) {
    const meanSquare = ops.add(
      ops.multiply(slots.meanSquare!, ops.constant(RMSPROP.rho)),
      ops.multiply(ops.multiply(gradient, gradient), ops.constant(1 - RMSPROP.rho)),
    );
    const root = ops.sqrt(ops.add(meanSquare, ops.constant(RMSPROP.epsilon)));
    return {
      weights: ops.subtract(weights, ops.divide(ops.multiply(gradient, rate!), root)),
      slots: { meanSquare },
    };
  },
};

/** RMSProp (Tieleman and Hinton 2012), with epsilon under the root as in Keras. */
import * as z from 'zod';
import { COMMON, type Optimizer } from './optimizer.ts';

const Rmsprop = z.strictObject({
  type: z.literal('rmsprop'),
  ...COMMON,
});

export const RMSPROP = { rho: 0.9, epsilon: 1e-7 };

export const rmsprop = {
  type: 'rmsprop',
  summary: 'A step of its own for each weight, by the size of its latest gradients.',
  params: Rmsprop,
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
} satisfies Optimizer<z.infer<typeof Rmsprop>>;

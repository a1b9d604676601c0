/** Stochastic gradient descent; momentum is the classical kind, or Nesterov's (Sutskever et al. 2013). */
import * as z from 'zod';
import type { TensorRef } from '../ops.ts';
import { COMMON, type Optimizer } from './optimizer.ts';

const Sgd = z.strictObject({
  type: z.literal('sgd'),
  ...COMMON,
  momentum: z.number().min(0).lt(1).default(0),
  nesterov: z.boolean().optional(),
});

export const sgd = {
  type: 'sgd',
  summary: 'Plain descent, or with the momentum of the steps before; wants its learning rate tuned.',
  params: Sgd,
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
} satisfies Optimizer<z.infer<typeof Sgd>>;

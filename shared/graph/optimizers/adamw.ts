/** Adam with decoupled weight decay (Loshchilov and Hutter 2019). */
import * as z from 'zod';
import { adamChange, correctedRate } from './adam.ts';
import { COMMON, type Optimizer } from './optimizer.ts';

const Adamw = z.strictObject({
  type: z.literal('adamw'),
  ...COMMON,
  /** Share of each weight that a step at learning rate 1 would take away. */
  weightDecay: z.number().min(0).max(1).default(0.004),
});

export const adamw = {
  type: 'adamw',
  summary:
    'Adam that also draws all weights towards 0 a little, which keeps large models from learning by heart.',
  params: Adamw,
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
} satisfies Optimizer<z.infer<typeof Adamw>>;

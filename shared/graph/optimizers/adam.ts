/** Adam (Kingma and Ba 2015), its bias correction folded into the rate as at the end of their section 2. */
import * as z from 'zod';
import type { Ops, TensorRef } from '../ops.ts';
import { COMMON, type Optimizer, type OptimizerState } from './optimizer.ts';

const Adam = z.strictObject({
  type: z.literal('adam'),
  ...COMMON,
});

export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

export const adam = {
  type: 'adam',
  summary:
    'A step of its own for each weight, by the mean and spread of its gradients; does well without being tuned.',
  params: Adam,
  slots: () => ['m', 'v'],
  scalars: ({ learningRate }, step) => ({ rate: correctedRate(learningRate, step) }),
  apply(ops, _, state, gradient, { rate }) {
    const { change, slots } = adamChange(ops, state, gradient, rate!);
    return { weights: ops.subtract(state.weights, change), slots };
  },
} satisfies Optimizer<z.infer<typeof Adam>>;

/** The learning rate with both moments' bias correction; `step` counts from 1. */
export function correctedRate(learningRate: number, step: number): number {
  return (learningRate * Math.sqrt(1 - ADAM.beta2 ** step)) / (1 - ADAM.beta1 ** step);
}

/** What Adam takes away from the weights, and its moments after the step. */
export function adamChange(
  ops: Ops,
  { slots }: OptimizerState,
  gradient: TensorRef,
  rate: TensorRef,
): { change: TensorRef; slots: Record<string, TensorRef> } {
  const blend = (old: TensorRef, now: TensorRef, beta: number) =>
    ops.add(ops.multiply(old, ops.constant(beta)), ops.multiply(now, ops.constant(1 - beta)));
  const m = blend(slots.m!, gradient, ADAM.beta1);
  const v = blend(slots.v!, ops.multiply(gradient, gradient), ADAM.beta2);
  const root = ops.add(ops.sqrt(v), ops.constant(ADAM.epsilon));
  return { change: ops.divide(ops.multiply(m, rate), root), slots: { m, v } };
}

/** Fully connected: [batch, n] → [batch, units]. */
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { showShape } from '../../graph/operator.ts';
import { Activation, activate, initializerFor } from '../activations.ts';
import type { Block } from '../block.ts';

const Dense = z.strictObject({
  type: z.literal('dense'),
  units: z.int().min(1).max(4096),
  activation: Activation.default('relu'),
});
type Dense = z.infer<typeof Dense>;

export const dense = {
  type: 'dense',
  summary: 'Fully connected layer: each unit weighs all inputs.',
  params: Dense,
  forward(ops, x, { units, activation }, scope) {
    const [, width] = x.shape;
    if (x.shape.length !== 2 || width === undefined) {
      throw new AppError(
        'invalid_pipeline',
        `A dense block takes flat rows, not ${showShape(x.shape.slice(1))}; put "flatten" before it`,
      );
    }
    const kernel = scope.parameter('kernel', [width, units], initializerFor(activation));
    const bias = scope.parameter('bias', [units], 'zeros');
    return activate(ops, ops.add(ops.matmul(x, kernel), bias), activation);
  },
  layer: ({ units, activation }) => ({ className: 'Dense', config: { units, activation, use_bias: true } }),
} satisfies Block<Dense>;

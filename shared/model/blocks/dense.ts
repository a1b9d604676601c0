/** Fully connected: [batch, n] → [batch, units], or the same at each time of [batch, time, n]. */
import * as z from 'zod';
import { AppError } from '../../errors.ts';
import { showShape } from '../../graph/operator.ts';
import { Activation, activate, initializerFor, kerasActivation } from '../activations.ts';
import type { Block } from '../block.ts';
import { activationAndBias } from '../keras-config.ts';
import { addBias, Bias } from '../layers/bias.ts';
import { rowShape } from '../require-shape.ts';

const Dense = z.strictObject({
  type: z.literal('dense'),
  units: z.int().min(1).max(4096),
  activation: Activation.default('relu'),
  bias: Bias,
});
type Dense = z.infer<typeof Dense>;

export const dense = {
  type: 'dense',
  summary: 'Fully connected layer: each unit weighs all inputs.',
  params: Dense,
  forward(ops, [x], { units, activation, bias }, scope) {
    const [batch, second, third] = x.shape as [number, number, number?];
    if (x.shape.length !== 2 && x.shape.length !== 3) {
      throw new AppError(
        'invalid_pipeline',
        `A dense block takes flat rows or sequences, not ${showShape(rowShape(x))}; put "flatten" before it`,
      );
    }
    const width = third ?? second;
    const kernel = scope.parameter('kernel', [width, units], initializerFor(activation));
    const rows = third === undefined ? x : ops.reshape(x, { shape: [batch * second, width] });
    const y = activate(ops, addBias({ ...scope, ops }, ops.matmul(rows, kernel), bias), activation);
    return third === undefined ? y : ops.reshape(y, { shape: [batch, second, units] });
  },
  layer: ({ units, activation, bias }) => ({
    className: 'Dense',
    config: { units, activation: kerasActivation(activation), use_bias: bias ?? true },
  }),
  fromKeras: { Dense: (config) => ({ units: config.units, ...activationAndBias(config) }) },
} satisfies Block<Dense>;

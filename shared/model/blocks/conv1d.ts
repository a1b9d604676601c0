/** Convolution over time: [batch, time, features] → [batch, time', filters]. */
import * as z from 'zod';
import { Activation, activate, initializerFor, kerasActivation } from '../activations.ts';
import type { Block } from '../block.ts';
import { alike, convolutionFrom } from '../keras-config.ts';
import { Bias } from '../layers/bias.ts';
import { conv1d as convolve } from '../layers/conv1d.ts';
import { requireSequence } from '../require-shape.ts';

const Conv1d = z.strictObject({
  type: z.literal('conv1d'),
  filters: z.int().min(1).max(1024),
  /** Times that a filter sees. */
  kernelSize: z.int().min(1).max(64),
  stride: z.int().min(1).max(64).default(1),
  /** Times from one that a filter sees to the next; above 1 only with a stride of 1. */
  dilation: z.int().min(1).max(64).default(1),
  padding: z.enum(['same', 'valid']).default('same'),
  activation: Activation.default('relu'),
  bias: Bias,
});
type Conv1d = z.infer<typeof Conv1d>;

export const conv1d = {
  type: 'conv1d',
  summary: 'Convolution over time: the same small filters slide along the sequence.',
  params: Conv1d,
  forward(ops, [x], { activation, ...options }, scope) {
    requireSequence('conv1d', x);
    const initializer = initializerFor(activation);
    return activate(ops, convolve({ ...scope, ops }, x, { ...options, initializer }), activation);
  },
  layer: ({ filters, kernelSize, stride, dilation, padding, activation, bias }) => ({
    className: 'Conv1D',
    config: {
      filters,
      kernel_size: [kernelSize],
      strides: [stride],
      dilation_rate: [dilation],
      padding,
      activation: kerasActivation(activation),
      use_bias: bias ?? true,
    },
  }),
  fromKeras: {
    Conv1D: (config) => ({
      filters: config.filters,
      dilation: alike(config, 'dilation_rate') ?? 1,
      ...convolutionFrom(config),
    }),
  },
} satisfies Block<Conv1d>;

/** Convolution over images: [batch, height, width, channels] → [batch, height', width', filters]. */
import * as z from 'zod';
import { Activation, activate, initializerFor, kerasActivation } from '../activations.ts';
import type { Block } from '../block.ts';
import { convolutionFrom, requireConfig } from '../keras-config.ts';
import { addBias, Bias } from '../layers/bias.ts';
import { requirePictures } from '../require-shape.ts';

const Conv2d = z.strictObject({
  type: z.literal('conv2d'),
  filters: z.int().min(1).max(2048),
  /** Side of the square window. */
  kernelSize: z.int().min(1).max(15),
  stride: z.int().min(1).max(15).default(1),
  padding: z.enum(['same', 'valid']).default('same'),
  activation: Activation.default('relu'),
  bias: Bias,
});
type Conv2d = z.infer<typeof Conv2d>;

export const conv2d = {
  type: 'conv2d',
  summary: 'Convolution: the same small filters slide over the whole picture.',
  params: Conv2d,
  forward(ops, [x], { filters, kernelSize, stride, padding, activation, bias }, scope) {
    const [, , , channels] = requirePictures('conv2d', x);
    const kernel = scope.parameter(
      'kernel',
      [kernelSize, kernelSize, channels, filters],
      initializerFor(activation),
    );
    const y = ops.conv2d(x, kernel, { strides: [stride, stride], padding });
    return activate(ops, addBias({ ...scope, ops }, y, bias), activation);
  },
  layer: ({ filters, kernelSize, stride, padding, activation, bias }) => ({
    className: 'Conv2D',
    config: {
      filters,
      kernel_size: [kernelSize, kernelSize],
      strides: [stride, stride],
      padding,
      activation: kerasActivation(activation),
      use_bias: bias ?? true,
      data_format: 'channels_last',
    },
  }),
  fromKeras: {
    Conv2D(config) {
      requireConfig(config, { dilation_rate: [1, 1] });
      return { filters: config.filters, ...convolutionFrom(config) };
    },
  },
} satisfies Block<Conv2d>;

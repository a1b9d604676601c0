/** Depthwise separable convolution: [batch, height, width, channels] → [batch, height', width', filters]. */
import * as z from 'zod';
import { Activation, activate, kerasActivation } from '../activations.ts';
import type { Block } from '../block.ts';
import { convolutionFrom, requireConfig } from '../keras-config.ts';
import { Bias } from '../layers/bias.ts';
import { separableConv2d as convolve } from '../layers/separable-conv2d.ts';
import { requirePictures } from '../require-shape.ts';

const SeparableConv2d = z.strictObject({
  type: z.literal('separable-conv2d'),
  filters: z.int().min(1).max(1024),
  /** Side of the square window. */
  kernelSize: z.int().min(1).max(15),
  stride: z.int().min(1).max(15).default(1),
  /** Filters for each channel. */
  multiplier: z.int().min(1).max(16).default(1),
  padding: z.enum(['same', 'valid']).default('same'),
  activation: Activation.default('relu'),
  bias: Bias,
});
type SeparableConv2d = z.infer<typeof SeparableConv2d>;

export const separableConv2d = {
  type: 'separable-conv2d',
  summary:
    'Separable convolution: filters each channel, then mixes the channels; far fewer weights than conv2d.',
  params: SeparableConv2d,
  forward(ops, [x], { activation, ...options }, scope) {
    requirePictures('separable-conv2d', x);
    return activate(ops, convolve({ ...scope, ops }, x, options), activation);
  },
  layer: ({ filters, kernelSize, stride, multiplier, padding, activation, bias }) => ({
    className: 'SeparableConv2D',
    config: {
      filters,
      kernel_size: [kernelSize, kernelSize],
      strides: [stride, stride],
      depth_multiplier: multiplier,
      padding,
      activation: kerasActivation(activation),
      use_bias: bias ?? true,
      data_format: 'channels_last',
    },
    weights: ['depthwise_kernel', 'pointwise_kernel', 'bias'],
  }),
  fromKeras: {
    SeparableConv2D(config) {
      requireConfig(config, { dilation_rate: [1, 1] });
      const { filters, depth_multiplier } = config;
      return { filters, multiplier: depth_multiplier ?? 1, ...convolutionFrom(config) };
    },
  },
} satisfies Block<SeparableConv2d>;

/** A filter of its own for each channel: [batch, height, width, channels] → [batch, height', width', channels · multiplier]. */
import * as z from 'zod';
import { Activation, activate, initializerFor, kerasActivation } from '../activations.ts';
import type { Block } from '../block.ts';
import { convolutionFrom, requireConfig } from '../keras-config.ts';
import { addBias, Bias } from '../layers/bias.ts';
import { requirePictures } from '../require-shape.ts';

const DepthwiseConv2d = z.strictObject({
  type: z.literal('depthwise-conv2d'),
  /** Side of the square window. */
  kernelSize: z.int().min(1).max(15),
  stride: z.int().min(1).max(15).default(1),
  /** Filters for each channel. */
  multiplier: z.int().min(1).max(16).default(1),
  padding: z.enum(['same', 'valid']).default('same'),
  activation: Activation.default('relu'),
  bias: Bias,
});
type DepthwiseConv2d = z.infer<typeof DepthwiseConv2d>;

export const depthwiseConv2d = {
  type: 'depthwise-conv2d',
  summary: 'Depthwise convolution: each channel is filtered by itself.',
  params: DepthwiseConv2d,
  forward(ops, [x], { kernelSize, stride, multiplier, padding, activation, bias }, scope) {
    const [, , , channels] = requirePictures('depthwise-conv2d', x);
    const shape = [kernelSize, kernelSize, channels, multiplier];
    const kernel = scope.parameter('depthwise', shape, initializerFor(activation));
    const y = ops.depthwiseConv2d(x, kernel, { strides: [stride, stride], padding });
    return activate(ops, addBias({ ...scope, ops }, y, bias), activation);
  },
  layer: ({ kernelSize, stride, multiplier, padding, activation, bias }) => ({
    className: 'DepthwiseConv2D',
    config: {
      kernel_size: [kernelSize, kernelSize],
      strides: [stride, stride],
      depth_multiplier: multiplier,
      padding,
      activation: kerasActivation(activation),
      use_bias: bias ?? true,
      data_format: 'channels_last',
    },
    weights: ['depthwise_kernel', 'bias'],
  }),
  fromKeras: {
    DepthwiseConv2D(config) {
      requireConfig(config, { dilation_rate: [1, 1] });
      return { multiplier: config.depth_multiplier ?? 1, ...convolutionFrom(config) };
    },
  },
} satisfies Block<DepthwiseConv2d>;

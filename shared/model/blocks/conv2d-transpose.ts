/**
 * Transposed convolution, which enlarges pictures: [batch, height, width, channels] → [batch, height', width', filters]. It is the
 * gradient of a convolution by its images, and sizes are those for which that convolution leads back.
 */
import * as z from 'zod';
import { Activation, activate, kerasActivation } from '../activations.ts';
import type { Block } from '../block.ts';
import { convolutionFrom, requireConfig } from '../keras-config.ts';
import { addBias, Bias } from '../layers/bias.ts';
import { requirePictures } from '../require-shape.ts';

const Conv2dTranspose = z.strictObject({
  type: z.literal('conv2d-transpose'),
  filters: z.int().min(1).max(1024),
  /** Side of the square window. */
  kernelSize: z.int().min(1).max(15),
  /** How many times larger the picture becomes. */
  stride: z.int().min(1).max(15).default(2),
  padding: z.enum(['same', 'valid']).default('same'),
  activation: Activation.default('relu'),
  bias: Bias,
});
type Conv2dTranspose = z.infer<typeof Conv2dTranspose>;

export const conv2dTranspose = {
  type: 'conv2d-transpose',
  summary: 'Transposed convolution: enlarges a picture with learnt filters.',
  params: Conv2dTranspose,
  forward(ops, [x], { filters, kernelSize, stride, padding, activation, bias }, scope) {
    const [batch, height, width, channels] = requirePictures('conv2d-transpose', x);
    const kernel = scope.parameter('kernel', [kernelSize, kernelSize, filters, channels], 'glorotUniform');
    const beyond = padding === 'valid' ? Math.max(kernelSize - stride, 0) : 0;
    const y = ops.conv2dInputGradient(x, kernel, {
      strides: [stride, stride],
      padding,
      inputShape: [batch, height * stride + beyond, width * stride + beyond, filters],
    });
    return activate(ops, addBias({ ...scope, ops }, y, bias), activation);
  },
  layer: ({ filters, kernelSize, stride, padding, activation, bias }) => ({
    className: 'Conv2DTranspose',
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
    Conv2DTranspose(config) {
      requireConfig(config, { dilation_rate: [1, 1] });
      return { filters: config.filters, ...convolutionFrom(config) };
    },
  },
} satisfies Block<Conv2dTranspose>;

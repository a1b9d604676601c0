/**
 * Transposed convolution, which enlarges pictures: [batch, height, width, channels] → [batch, height', width', filters]. It is the
 * gradient of a convolution by its images, and sizes are those for which that convolution leads back.
 */
import { z } from 'zod';
import { Activation, activate, kerasActivation } from '../activations.ts';
import type { Block } from '../block.ts';
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
});
type Conv2dTranspose = z.infer<typeof Conv2dTranspose>;

export const conv2dTranspose = {
  type: 'conv2d-transpose',
  summary: 'Transposed convolution: enlarges a picture with learnt filters.',
  params: Conv2dTranspose,
  forward(ops, [x], { filters, kernelSize, stride, padding, activation }, scope) {
    const [batch, height, width, channels] = requirePictures('conv2d-transpose', x);
    const kernel = scope.parameter('kernel', [kernelSize, kernelSize, filters, channels], 'glorotUniform');
    const bias = scope.parameter('bias', [filters], 'zeros');
    const beyond = padding === 'valid' ? Math.max(kernelSize - stride, 0) : 0;
    const y = ops.conv2dInputGradient(x, kernel, {
      strides: [stride, stride],
      padding,
      inputShape: [batch, height * stride + beyond, width * stride + beyond, filters],
    });
    return activate(ops, ops.add(y, bias), activation);
  },
  layer: ({ filters, kernelSize, stride, padding, activation }) => ({
    className: 'Conv2DTranspose',
    config: {
      filters,
      kernel_size: [kernelSize, kernelSize],
      strides: [stride, stride],
      padding,
      activation: kerasActivation(activation),
      use_bias: true,
      data_format: 'channels_last',
    },
  }),
} satisfies Block<Conv2dTranspose>;

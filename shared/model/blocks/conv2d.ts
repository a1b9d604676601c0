/** Convolution over images: [batch, height, width, channels] → [batch, height', width', filters]. */
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { showShape } from '../../graph/operator.ts';
import { Activation, activate, initializerFor } from '../activations.ts';
import type { Block } from '../block.ts';

const Conv2d = z.strictObject({
  type: z.literal('conv2d'),
  filters: z.int().min(1).max(1024),
  /** Side of the square window. */
  kernelSize: z.int().min(1).max(15),
  stride: z.int().min(1).max(15).default(1),
  padding: z.enum(['same', 'valid']).default('same'),
  activation: Activation.default('relu'),
});
type Conv2d = z.infer<typeof Conv2d>;

export const conv2d = {
  type: 'conv2d',
  summary: 'Convolution: the same small filters slide over the whole picture.',
  params: Conv2d,
  forward(ops, x, { filters, kernelSize, stride, padding, activation }, scope) {
    const channels = x.shape[3];
    if (x.shape.length !== 4 || channels === undefined) {
      throw new AppError(
        'invalid_pipeline',
        `A conv2d block takes pictures [height, width, channels], not ${showShape(x.shape.slice(1))}`,
      );
    }
    const kernel = scope.parameter(
      'kernel',
      [kernelSize, kernelSize, channels, filters],
      initializerFor(activation),
    );
    const bias = scope.parameter('bias', [filters], 'zeros');
    const y = ops.conv2d(x, kernel, { strides: [stride, stride], padding });
    return activate(ops, ops.add(y, bias), activation);
  },
  layer: ({ filters, kernelSize, stride, padding, activation }) => ({
    className: 'Conv2D',
    config: {
      filters,
      kernel_size: [kernelSize, kernelSize],
      strides: [stride, stride],
      padding,
      activation,
      use_bias: true,
      data_format: 'channels_last',
    },
  }),
} satisfies Block<Conv2d>;

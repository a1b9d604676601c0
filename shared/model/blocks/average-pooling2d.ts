/** Mean of each window: [batch, height, width, channels] → smaller height and width. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { poolingFrom } from '../keras-config.ts';
import { requirePictures } from '../require-shape.ts';

const AveragePooling2d = z.strictObject({
  type: z.literal('average-pooling2d'),
  /** Side of the square window, and its step where `stride` gives no other. */
  size: z.int().min(1).max(15).default(2),
  stride: z.int().min(1).max(15).optional(),
  /** Default valid. */
  padding: z.enum(['same', 'valid']).optional(),
});
type AveragePooling2d = z.infer<typeof AveragePooling2d>;

export const averagePooling2d = {
  type: 'average-pooling2d',
  summary: 'Shrinks a picture: takes the mean of each window.',
  params: AveragePooling2d,
  forward(ops, [x], { size, stride = size, padding = 'valid' }) {
    requirePictures('average-pooling2d', x);
    return ops.averagePool2d(x, { size: [size, size], strides: [stride, stride], padding });
  },
  layer: ({ size, stride = size, padding = 'valid' }) => ({
    className: 'AveragePooling2D',
    config: {
      pool_size: [size, size],
      strides: [stride, stride],
      padding,
      data_format: 'channels_last',
    },
  }),
  fromKeras: { AveragePooling2D: poolingFrom },
} satisfies Block<AveragePooling2d>;

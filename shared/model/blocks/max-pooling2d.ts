/** Largest value of each window: [batch, height, width, channels] → smaller height and width. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { poolingFrom } from '../keras-config.ts';
import { requirePictures } from '../require-shape.ts';

const MaxPooling2d = z.strictObject({
  type: z.literal('max-pooling2d'),
  /** Side of the square window, and its step where `stride` gives no other. */
  size: z.int().min(1).max(15).default(2),
  stride: z.int().min(1).max(15).optional(),
  /** Default valid. */
  padding: z.enum(['same', 'valid']).optional(),
});
type MaxPooling2d = z.infer<typeof MaxPooling2d>;

export const maxPooling2d = {
  type: 'max-pooling2d',
  summary: 'Shrinks a picture: keeps the largest value of each window.',
  params: MaxPooling2d,
  forward(ops, [x], { size, stride = size, padding = 'valid' }) {
    requirePictures('max-pooling2d', x);
    return ops.maxPool2d(x, { size: [size, size], strides: [stride, stride], padding });
  },
  layer: ({ size, stride = size, padding = 'valid' }) => ({
    className: 'MaxPooling2D',
    config: {
      pool_size: [size, size],
      strides: [stride, stride],
      padding,
      data_format: 'channels_last',
    },
  }),
  fromKeras: { MaxPooling2D: poolingFrom },
} satisfies Block<MaxPooling2d>;

/** Largest value of each window: [batch, height, width, channels] → smaller height and width. */
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { showShape } from '../../graph/operator.ts';
import type { Block } from '../block.ts';

const MaxPooling2d = z.strictObject({
  type: z.literal('max-pooling2d'),
  /** Side of the square window, and its step. */
  size: z.int().min(1).max(15).default(2),
});
type MaxPooling2d = z.infer<typeof MaxPooling2d>;

export const maxPooling2d = {
  type: 'max-pooling2d',
  summary: 'Shrinks a picture: keeps the largest value of each window.',
  params: MaxPooling2d,
  forward(ops, x, { size }) {
    if (x.shape.length !== 4) {
      throw new AppError(
        'invalid_pipeline',
        `A max-pooling2d block takes pictures [height, width, channels], not ${showShape(x.shape.slice(1))}`,
      );
    }
    return ops.maxPool2d(x, { size: [size, size], strides: [size, size], padding: 'valid' });
  },
  layer: ({ size }) => ({
    className: 'MaxPooling2D',
    config: {
      pool_size: [size, size],
      strides: [size, size],
      padding: 'valid',
      data_format: 'channels_last',
    },
  }),
} satisfies Block<MaxPooling2d>;

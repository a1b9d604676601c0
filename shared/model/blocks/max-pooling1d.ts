/** Largest value of each window over time: [batch, time, features] → fewer times. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { poolingFrom } from '../keras-config.ts';
import { requireSequence } from '../require-shape.ts';

const MaxPooling1d = z.strictObject({
  type: z.literal('max-pooling1d'),
  /** Times in a window, and its step where `stride` gives no other. */
  size: z.int().min(1).max(64).default(2),
  stride: z.int().min(1).max(64).optional(),
  /** Default valid. */
  padding: z.enum(['same', 'valid']).optional(),
});
type MaxPooling1d = z.infer<typeof MaxPooling1d>;

export const maxPooling1d = {
  type: 'max-pooling1d',
  summary: 'Shortens a sequence: keeps the largest value of each window.',
  params: MaxPooling1d,
  forward(ops, [x], { size, stride = size, padding = 'valid' }) {
    const [batch, time, features] = requireSequence('max-pooling1d', x);
    const picture = ops.reshape(x, { shape: [batch, 1, time, features] });
    const y = ops.maxPool2d(picture, { size: [1, size], strides: [1, stride], padding });
    return ops.reshape(y, { shape: [batch, y.shape[2]!, features] });
  },
  layer: ({ size, stride = size, padding = 'valid' }) => ({
    className: 'MaxPooling1D',
    config: { pool_size: [size], strides: [stride], padding },
  }),
  fromKeras: { MaxPooling1D: poolingFrom },
} satisfies Block<MaxPooling1d>;

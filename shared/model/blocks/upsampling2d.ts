/** Enlarges pictures without weights: [batch, height, width, channels] → [batch, height · size, width · size, channels]. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { alike, requireConfig } from '../keras-config.ts';
import { requirePictures } from '../require-shape.ts';

const Upsampling2d = z.strictObject({
  type: z.literal('upsampling2d'),
  size: z.int().min(2).max(8).default(2),
  /** `nearest` repeats pixels, `bilinear` blends them. */
  method: z.enum(['nearest', 'bilinear']).default('nearest'),
});
type Upsampling2d = z.infer<typeof Upsampling2d>;

export const upsampling2d = {
  type: 'upsampling2d',
  summary: 'Enlarges a picture by repeating or blending its pixels.',
  params: Upsampling2d,
  forward(ops, [x], { size, method }) {
    const [, height, width] = requirePictures('upsampling2d', x);
    return ops.resize2d(x, { height: height * size, width: width * size, method });
  },
  layer: ({ size, method }) => ({
    className: 'UpSampling2D',
    config: { size: [size, size], interpolation: method, data_format: 'channels_last' },
    ...(method === 'bilinear' && { notInTfjs: 'its bilinear UpSampling2D blends other pixels' }),
  }),
  fromKeras: {
    UpSampling2D: (config) => {
      requireConfig(config, { data_format: 'channels_last' });
      return { size: alike(config, 'size'), method: config.interpolation ?? 'nearest' };
    },
  },
} satisfies Block<Upsampling2d>;

/** A frame of zeros around pictures: [batch, height, width, channels] → higher and wider. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { requireConfig } from '../keras-config.ts';
import { requirePictures } from '../require-shape.ts';

const side = z.int().min(0).max(64).default(0);
const ZeroPadding2d = z.strictObject({
  type: z.literal('zero-padding2d'),
  top: side,
  bottom: side,
  left: side,
  right: side,
});
type ZeroPadding2d = z.infer<typeof ZeroPadding2d>;

export const zeroPadding2d = {
  type: 'zero-padding2d',
  summary: 'Puts a frame of zeros around a picture.',
  params: ZeroPadding2d,
  forward(ops, [x], { top, bottom, left, right }) {
    requirePictures('zero-padding2d', x);
    return ops.pad(x, { before: [0, top, left, 0], after: [0, bottom, right, 0] });
  },
  layer: ({ top, bottom, left, right }) => ({
    className: 'ZeroPadding2D',
    config: {
      padding: [
        [top, bottom],
        [left, right],
      ],
      data_format: 'channels_last',
    },
  }),
  fromKeras: {
    ZeroPadding2D(config) {
      requireConfig(config, { data_format: 'channels_last' });
      const [rows, columns] = config.padding as [[number, number], [number, number]];
      return { top: rows[0], bottom: rows[1], left: columns[0], right: columns[1] };
    },
  },
} satisfies Block<ZeroPadding2d>;

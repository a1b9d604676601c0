/** Mirrors pictures at random while training. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { uniformPerRow } from '../layers/random.ts';
import { ownPlaces, samplePixels } from '../layers/sample-pixels.ts';
import { requirePictures } from '../require-shape.ts';

const RandomFlip = z.strictObject({
  type: z.literal('random-flip'),
  mode: z.enum(['horizontal', 'vertical', 'both']).default('horizontal'),
});
type RandomFlip = z.infer<typeof RandomFlip>;

export const randomFlip = {
  type: 'random-flip',
  summary: 'Mirrors each picture or not, at random, while training: what is left may as well be right.',
  params: RandomFlip,
  forward(ops, [x], { mode }, scope) {
    requirePictures('random-flip', x);
    if (!scope.training) return x;
    const [, height, width] = x.shape as [number, number, number];
    const { rows, columns } = ownPlaces(ops, height, width);
    const mirrored = (places: typeof rows, length: number, stream: number) => {
      const drawn = uniformPerRow(ops, x, scope, { least: 0, most: 1, stream, axes: 3 });
      const back = ops.subtract(ops.constant(length - 1), places);
      return ops.select(ops.greater(ops.constant(0.5), drawn), back, places);
    };
    return samplePixels(ops, x, {
      rows: mode === 'horizontal' ? rows : mirrored(rows, height, 1),
      columns: mode === 'vertical' ? columns : mirrored(columns, width, 2),
    });
  },
  trainingOnly: true,
  layer: () => null,
} satisfies Block<RandomFlip>;

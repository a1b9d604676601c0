/** Makes pictures stronger or paler, lighter or darker, at random while training. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { uniformPerRow } from '../layers/random.ts';
import { requirePictures } from '../require-shape.ts';

const RandomContrast = z.strictObject({
  type: z.literal('random-contrast'),
  /** Differences from the picture's mean grow or shrink by up to this share. */
  contrast: z.number().min(0).max(1).default(0.2),
  /** Of the values' scale: as much is added or taken away. */
  brightness: z.number().min(0).max(1).default(0),
});
type RandomContrast = z.infer<typeof RandomContrast>;

export const randomContrast = {
  type: 'random-contrast',
  summary: 'Changes the contrast and the brightness of each picture at random, while training.',
  params: RandomContrast,
  forward(ops, [x], { contrast, brightness }, scope) {
    requirePictures('random-contrast', x);
    if (!scope.training) return x;
    const factor = uniformPerRow(ops, x, scope, { least: 1 - contrast, most: 1 + contrast, stream: 1 });
    const added = uniformPerRow(ops, x, scope, { least: -brightness, most: brightness, stream: 2 });
    const mean = ops.mean(x, { axes: [1, 2], keepDims: true });
    const stronger = ops.add(ops.multiply(ops.subtract(x, mean), factor), mean);
    return brightness > 0 ? ops.add(stronger, added) : stronger;
  },
  trainingOnly: true,
  layer: () => null,
} satisfies Block<RandomContrast>;

/** Shifts pictures by whole pixels at random while training. */
import * as z from 'zod';
import type { TensorRef } from '../../graph/ops.ts';
import type { Block } from '../block.ts';
import { uniformPerRow } from '../layers/random.ts';
import { ownPlaces, samplePixels } from '../layers/sample-pixels.ts';
import { requirePictures } from '../require-shape.ts';

/** Share of the side. */
const factor = z.number().min(0).max(1).default(0.1);
const RandomTranslation = z.strictObject({
  type: z.literal('random-translation'),
  height: factor,
  width: factor,
});
type RandomTranslation = z.infer<typeof RandomTranslation>;

export const randomTranslation = {
  type: 'random-translation',
  summary: 'Shifts each picture by up to a share of its sides, at random, while training; edges go on.',
  params: RandomTranslation,
  forward(ops, [x], params, scope) {
    requirePictures('random-translation', x);
    if (!scope.training) return x;
    const [, height, width] = x.shape as [number, number, number];
    const { rows, columns } = ownPlaces(ops, height, width);
    const shifted = (places: TensorRef, most: number, stream: number) => {
      // floor(u + ½) of a number that is spread evenly: as often each way
      const drawn = uniformPerRow(ops, x, scope, { least: -most, most, stream, axes: 3 });
      return ops.add(places, ops.floor(ops.add(drawn, ops.constant(0.5))));
    };
    return samplePixels(ops, x, {
      rows: shifted(rows, params.height * height, 1),
      columns: shifted(columns, params.width * width, 2),
    });
  },
  trainingOnly: true,
  layer: () => null,
} satisfies Block<RandomTranslation>;

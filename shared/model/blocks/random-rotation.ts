/** Turns and resizes pictures about their middle at random while training. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { uniformPerRow } from '../layers/random.ts';
import { interpolatePixels, ownPlaces } from '../layers/sample-pixels.ts';
import { requirePictures } from '../require-shape.ts';

const RandomRotation = z.strictObject({
  type: z.literal('random-rotation'),
  /** Either way. */
  degrees: z.number().min(0).max(180).default(10),
  /** Larger or smaller by up to this share. */
  zoom: z.number().min(0).max(0.9).default(0),
});
type RandomRotation = z.infer<typeof RandomRotation>;

export const randomRotation = {
  type: 'random-rotation',
  summary:
    'Turns each picture by up to so many degrees, and resizes it, at random, while training; edges go on.',
  params: RandomRotation,
  forward(ops, [x], { degrees, zoom }, scope) {
    requirePictures('random-rotation', x);
    if (!scope.training) return x;
    const [, height, width] = x.shape as [number, number, number];
    const most = (degrees * Math.PI) / 180;
    const angle = uniformPerRow(ops, x, scope, { least: -most, most, stream: 1, axes: 3 });
    const scale = uniformPerRow(ops, x, scope, { least: 1 - zoom, most: 1 + zoom, stream: 2, axes: 3 });
    const along = ops.multiply(ops.cos(angle), scale);
    const across = ops.multiply(ops.sin(angle), scale);
    const { rows, columns } = ownPlaces(ops, height, width);
    const [middleRow, middleColumn] = [ops.constant((height - 1) / 2), ops.constant((width - 1) / 2)];
    const [dy, dx] = [ops.subtract(rows, middleRow), ops.subtract(columns, middleColumn)];
    return interpolatePixels(ops, x, {
      rows: ops.add(ops.add(ops.multiply(dy, along), ops.multiply(dx, across)), middleRow),
      columns: ops.add(ops.subtract(ops.multiply(dx, along), ops.multiply(dy, across)), middleColumn),
    });
  },
  trainingOnly: true,
  layer: () => null,
} satisfies Block<RandomRotation>;

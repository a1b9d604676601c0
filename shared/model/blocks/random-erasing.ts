/** Blanks a rectangle of each picture or spectrogram at random while training (Zhong et al. 2020; Park et al. 2019). */
import * as z from 'zod';
import type { TensorRef } from '../../graph/ops.ts';
import type { Block } from '../block.ts';
import { uniformPerRow } from '../layers/random.ts';
import { ownPlaces } from '../layers/sample-pixels.ts';
import { requirePictures } from '../require-shape.ts';

/** Share of the side; 1: all of it, as a stripe. */
const share = z.number().min(0).max(1).default(0.25);
const RandomErasing = z.strictObject({ type: z.literal('random-erasing'), height: share, width: share });
type RandomErasing = z.infer<typeof RandomErasing>;

export const randomErasing = {
  type: 'random-erasing',
  summary:
    'Blanks a rectangle of each picture or spectrogram at random, while training, so that no single spot decides.',
  params: RandomErasing,
  forward(ops, [x], params, scope) {
    requirePictures('random-erasing', x);
    if (!scope.training) return x;
    const [, height, width] = x.shape as [number, number, number];
    const { rows, columns } = ownPlaces(ops, height, width);
    /** 1 inside a stretch that lies within the side, [batch, …, 1]. */
    const inside = (places: TensorRef, length: number, side: number, stream: number) => {
      const most = Math.round(side * length);
      const drawn = uniformPerRow(ops, x, scope, { least: 0, most: length - most + 1, stream, axes: 3 });
      const first = ops.floor(drawn);
      const after = ops.subtract(places, first);
      return ops.multiply(
        ops.greater(after, ops.constant(-0.5)),
        ops.greater(ops.constant(most - 0.5), after),
      );
    };
    const erased = ops.multiply(
      inside(rows, height, params.height, 1),
      inside(columns, width, params.width, 2),
    );
    const kept = ops.subtract(ops.constant(1), erased);
    return ops.multiply(x, ops.reshape(kept, { shape: [...kept.shape, 1] }));
  },
  trainingOnly: true,
  layer: () => null,
} satisfies Block<RandomErasing>;

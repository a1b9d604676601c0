/** Mean over all places: [batch, …, channels] → [batch, channels]. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { noKeptAxes } from '../keras-config.ts';
import { globalAveragePool } from '../layers/global-average-pool.ts';
import { takenPlaces } from '../layers/padding.ts';
import { refuseShape, requireTokens } from '../require-shape.ts';

const GlobalAveragePooling = z.strictObject({ type: z.literal('global-average-pooling') });
type GlobalAveragePooling = z.infer<typeof GlobalAveragePooling>;

export const globalAveragePooling = {
  type: 'global-average-pooling',
  summary:
    'Mean of each channel over a whole picture or sequence. Token ids as second input leave padding out.',
  params: GlobalAveragePooling,
  inputs: { least: 1, most: 2 },
  forward(ops, [x, tokens]) {
    if (x.shape.length !== 3 && x.shape.length !== 4) {
      throw refuseShape('global-average-pooling', 'pictures or sequences', x);
    }
    requireTokens('global-average-pooling', x, tokens);
    if (!tokens) return globalAveragePool(ops, x);
    const taken = takenPlaces(ops, tokens);
    const total = ops.sum(ops.multiply(x, ops.reshape(taken, { shape: [...taken.shape, 1] })), { axes: [1] });
    const count = ops.sum(taken, { axes: [1], keepDims: true });
    return ops.divide(total, ops.maximum(count, ops.constant(1)));
  },
  layer: (_, shapes) =>
    shapes.length > 1
      ? { className: 'MaskedAveragePooling1D', config: {}, notInTfjs: 'it has no such layer' }
      : { className: `GlobalAveragePooling${shapes[0]!.length - 1}D`, config: {} },
  fromKeras: { GlobalAveragePooling1D: noKeptAxes, GlobalAveragePooling2D: noKeptAxes },
} satisfies Block<GlobalAveragePooling>;

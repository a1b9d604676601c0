/** Largest value over all places: [batch, …, channels] → [batch, channels]. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { noKeptAxes } from '../keras-config.ts';
import { paddingBias } from '../layers/padding.ts';
import { refuseShape, requireTokens } from '../require-shape.ts';

const GlobalMaxPooling = z.strictObject({ type: z.literal('global-max-pooling') });
type GlobalMaxPooling = z.infer<typeof GlobalMaxPooling>;

export const globalMaxPooling = {
  type: 'global-max-pooling',
  summary:
    'Largest value of each channel in a whole picture or sequence. Token ids as second input leave padding out.',
  params: GlobalMaxPooling,
  inputs: { least: 1, most: 2 },
  forward(ops, [x, tokens]) {
    if (x.shape.length !== 3 && x.shape.length !== 4) {
      throw refuseShape('global-max-pooling', 'pictures or sequences', x);
    }
    requireTokens('global-max-pooling', x, tokens);
    const axes = x.shape.slice(1, -1).map((_, i) => i + 1);
    if (!tokens) return ops.max(x, { axes });
    const bias = ops.reshape(paddingBias(ops, tokens), { shape: [...tokens.shape, 1] });
    return ops.max(ops.add(x, bias), { axes });
  },
  layer: (_, shapes) =>
    shapes.length > 1
      ? { className: 'MaskedMaxPooling1D', config: {}, notInTfjs: 'it has no such layer' }
      : { className: `GlobalMaxPooling${shapes[0]!.length - 1}D`, config: {} },
  fromKeras: { GlobalMaxPooling1D: noKeptAxes, GlobalMaxPooling2D: noKeptAxes },
} satisfies Block<GlobalMaxPooling>;

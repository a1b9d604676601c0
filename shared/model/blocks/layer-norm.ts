/** Layer normalisation over the last axis: of the shape that goes in. */
import { z } from 'zod';
import type { Block } from '../block.ts';
import { requireConfig } from '../keras-config.ts';
import { layerNorm as normalise } from '../layers/layer-norm.ts';

const LayerNorm = z.strictObject({ type: z.literal('layer-norm') });
type LayerNorm = z.infer<typeof LayerNorm>;

const EPSILON = 1e-3;

export const layerNorm = {
  type: 'layer-norm',
  summary: 'Brings the values of each row or place to a common scale.',
  params: LayerNorm,
  forward: (ops, [x], _, scope) => normalise({ ...scope, ops }, x, { epsilon: EPSILON }),
  layer: () => ({
    className: 'LayerNormalization',
    config: { axis: [-1], epsilon: EPSILON, center: true, scale: true },
  }),
  fromKeras: {
    LayerNormalization(config) {
      requireConfig(config, { axis: [-1], epsilon: 1e-3, center: true, scale: true, rms_scaling: false });
      return {};
    },
  },
} satisfies Block<LayerNorm>;

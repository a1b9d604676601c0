/** Layer normalisation over the last axis: of the shape that goes in. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { requireConfig } from '../keras-config.ts';
import { layerNorm as normalise } from '../layers/layer-norm.ts';

const EPSILON = 1e-3;

const LayerNorm = z.strictObject({
  type: z.literal('layer-norm'),
  /** Added to the variance. Absent means a thousandth, so that definitions made before there was a choice stay the same. */
  epsilon: z.number().min(1e-12).max(1).optional().meta({ default: EPSILON }),
});
type LayerNorm = z.infer<typeof LayerNorm>;

export const layerNorm = {
  type: 'layer-norm',
  summary: 'Brings the values of each row or place to a common scale.',
  params: LayerNorm,
  forward: (ops, [x], { epsilon = EPSILON }, scope) => normalise({ ...scope, ops }, x, { epsilon }),
  layer: ({ epsilon = EPSILON }) => ({
    className: 'LayerNormalization',
    config: { axis: [-1], epsilon, center: true, scale: true },
  }),
  fromKeras: {
    LayerNormalization(config) {
      requireConfig(config, { axis: [-1], center: true, scale: true, rms_scaling: false });
      const { epsilon = EPSILON } = config;
      return epsilon === EPSILON ? {} : { epsilon };
    },
  },
} satisfies Block<LayerNorm>;

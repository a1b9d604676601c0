/** Several values one behind the other along the last axis. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { requireConfig } from '../keras-config.ts';
import { refuseShape, rowShape } from '../require-shape.ts';

const Concatenate = z.strictObject({ type: z.literal('concatenate') });
type Concatenate = z.infer<typeof Concatenate>;

export const concatenate = {
  type: 'concatenate',
  summary: 'Lays its inputs side by side: along the channels, features or numbers of each.',
  params: Concatenate,
  inputs: { least: 2, most: 16 },
  forward(ops, inputs) {
    const places = inputs.map((x) => rowShape(x).slice(0, -1).join());
    const rank = inputs[0].shape.length;
    if (rank < 2 || inputs.some((x, i) => x.shape.length !== rank || places[i] !== places[0])) {
      throw refuseShape('concatenate', 'values that agree in all axes but the last', ...inputs);
    }
    return ops.concat(inputs, { axis: rank - 1 });
  },
  layer: () => ({ className: 'Concatenate', config: { axis: -1 } }),
  fromKeras: {
    Concatenate(config) {
      requireConfig(config, { axis: -1 });
      return {};
    },
  },
} satisfies Block<Concatenate>;

/** Brings what lies on the last axis to length 1: of the shape that goes in. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { requireConfig } from '../keras-config.ts';

const UnitNorm = z.strictObject({ type: z.literal('unit-norm') });
type UnitNorm = z.infer<typeof UnitNorm>;

/** Least square of a length that is divided by: a row of zeros stays one. As Keras and TensorFlow have it. */
const SQUARE_LEAST = 1e-12;

export const unitNorm = {
  type: 'unit-norm',
  summary: 'Brings each row to length 1: only its direction counts.',
  params: UnitNorm,
  forward(ops, [x]) {
    const last = { axes: [x.shape.length - 1], keepDims: true };
    const square = ops.sum(ops.multiply(x, x), last);
    return ops.divide(x, ops.sqrt(ops.maximum(square, ops.constant(SQUARE_LEAST))));
  },
  layer: () => ({
    className: 'UnitNormalization',
    config: { axis: -1 },
    notInTfjs: 'TensorFlow.js has no such layer',
  }),
  fromKeras: {
    UnitNormalization(config) {
      requireConfig(config, { axis: -1 });
      return {};
    },
  },
} satisfies Block<UnitNorm>;

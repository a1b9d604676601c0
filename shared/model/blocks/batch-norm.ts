/** Batch normalisation of each channel, the last axis: of the shape that goes in. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { requireConfig } from '../keras-config.ts';
import { batchNorm as normalise } from '../layers/batch-norm.ts';

const BatchNorm = z.strictObject({
  type: z.literal('batch-norm'),
  /** Share of the moving statistics that stays at each step. */
  momentum: z.number().min(0).max(0.9999).default(0.99),
  /** Added to the variance; default 0.001. */
  epsilon: z.number().positive().max(1).optional(),
});
type BatchNorm = z.infer<typeof BatchNorm>;

const EPSILON = 1e-3;

export const batchNorm = {
  type: 'batch-norm',
  summary: 'Brings each channel to a common scale over the batch; training becomes faster and steadier.',
  params: BatchNorm,
  forward: (ops, [x], { momentum, epsilon = EPSILON }, scope) =>
    normalise({ ...scope, ops }, x, { momentum, epsilon }),
  layer: ({ momentum, epsilon = EPSILON }) => ({
    className: 'BatchNormalization',
    config: { axis: -1, momentum, epsilon, center: true, scale: true },
    weights: ['gamma', 'beta', 'moving_mean', 'moving_variance'],
  }),
  fromKeras: {
    BatchNormalization(config) {
      requireConfig(config, { center: true, scale: true });
      const { momentum, epsilon } = config;
      return { momentum, ...(epsilon !== EPSILON && { epsilon }) };
    },
  },
} satisfies Block<BatchNorm>;

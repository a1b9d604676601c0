/** Gated recurrent unit: [batch, time, features] → [batch, units], or [batch, time, units]. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { recurrentFrom, requireConfig } from '../keras-config.ts';
import { kerasGru } from '../layers/gru.ts';
import { requireUnrollable } from '../require-shape.ts';

const Gru = z.strictObject({
  type: z.literal('gru'),
  units: z.int().min(1).max(1024),
  /** True: the state at every time; false: the last alone. */
  sequence: z.boolean().default(false),
});
type Gru = z.infer<typeof Gru>;

export const gru = {
  type: 'gru',
  summary: 'Reads a sequence with a memory; smaller and faster than LSTM.',
  params: Gru,
  forward(ops, [x], { units, sequence }, scope) {
    requireUnrollable('gru', x);
    return kerasGru({ ...scope, ops }, x, { units, sequence });
  },
  layer: ({ units, sequence }) => ({
    className: 'GRU',
    config: {
      units,
      activation: 'tanh',
      recurrent_activation: 'sigmoid',
      use_bias: true,
      reset_after: true,
      return_sequences: sequence,
    },
    weights: ['kernel', 'recurrent_kernel', 'bias'],
    notInTfjs: 'its GRU resets before the product',
  }),
  fromKeras: {
    GRU(config) {
      requireConfig(config, { reset_after: true });
      return recurrentFrom(config);
    },
  },
} satisfies Block<Gru>;

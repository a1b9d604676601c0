/** Long short-term memory: [batch, time, features] → [batch, units], or [batch, time, units]. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { recurrentFrom } from '../keras-config.ts';
import { lstm as unroll } from '../layers/lstm.ts';
import { requireUnrollable } from '../require-shape.ts';

const Lstm = z.strictObject({
  type: z.literal('lstm'),
  units: z.int().min(1).max(1024),
  /** True: the state at every time; false: the last alone. */
  sequence: z.boolean().default(false),
});
type Lstm = z.infer<typeof Lstm>;

export const lstm = {
  type: 'lstm',
  summary: 'Reads a sequence with a memory that it learns to keep and to clear.',
  params: Lstm,
  forward(ops, [x], { units, sequence }, scope) {
    requireUnrollable('lstm', x);
    return unroll({ ...scope, ops }, x, { units, sequence });
  },
  layer: ({ units, sequence }) => ({
    className: 'LSTM',
    config: {
      units,
      activation: 'tanh',
      recurrent_activation: 'sigmoid',
      use_bias: true,
      unit_forget_bias: true,
      return_sequences: sequence,
      implementation: 2,
    },
    weights: ['kernel', 'recurrent_kernel', 'bias'],
  }),
  fromKeras: { LSTM: recurrentFrom },
} satisfies Block<Lstm>;

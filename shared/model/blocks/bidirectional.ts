/** A recurrent layer in both directions, side by side: [batch, time, features] → [batch, 2 · units], or [batch, time, 2 · units]. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { kerasGru } from '../layers/gru.ts';
import { lstm } from '../layers/lstm.ts';
import { within } from '../layers/scope.ts';
import { requireUnrollable } from '../require-shape.ts';

const Bidirectional = z.strictObject({
  type: z.literal('bidirectional'),
  cell: z.enum(['lstm', 'gru']).default('lstm'),
  /** Of each direction. */
  units: z.int().min(1).max(1024),
  /** True: the states at every time; false: the last of each direction. */
  sequence: z.boolean().default(false),
});
type Bidirectional = z.infer<typeof Bidirectional>;

export const bidirectional = {
  type: 'bidirectional',
  summary: 'Reads a sequence from both ends with an LSTM or a GRU each.',
  params: Bidirectional,
  forward(ops, [x], { cell, units, sequence }, scope) {
    requireUnrollable('bidirectional', x);
    const read = cell === 'lstm' ? lstm : kerasGru;
    const direction = (name: string, backwards: boolean) =>
      read(within({ ...scope, ops }, name), x, { units, sequence, backwards });
    const [forward, backward] = [direction('forward', false), direction('backward', true)];
    return ops.concat([forward, backward], { axis: forward.shape.length - 1 });
  },
  layer: ({ cell, units, sequence }) => ({
    className: 'Bidirectional',
    config: { cell, units, return_sequences: sequence },
    notInTfjs: 'readers of Keras differ in the names of its weights',
  }),
} satisfies Block<Bidirectional>;

/** Adds to each place of a sequence where it is: [batch, time, width] → the same. */
import * as z from 'zod';
import type { TensorRef } from '../../graph/ops.ts';
import type { Block } from '../block.ts';
import { positionalEncoding as encode, POSITION_KINDS } from '../layers/positional-encoding.ts';
import { refuseShape, requireSequence } from '../require-shape.ts';

/** Numbers in the table, at most. */
const TABLE_MOST = 2 ** 20;

const PositionalEncoding = z.strictObject({
  type: z.literal('positional-encoding'),
  kind: z.enum(POSITION_KINDS).default('sinusoidal'),
});
type PositionalEncoding = z.infer<typeof PositionalEncoding>;

export const positionalEncoding = {
  type: 'positional-encoding',
  summary: 'Adds to each place of a sequence where it is, so that attention can tell places apart.',
  params: PositionalEncoding,
  forward(ops, [x], { kind }, scope) {
    requireTable('positional-encoding', x);
    return encode({ ...scope, ops }, x, { kind });
  },
  layer: ({ kind }) => ({
    className: kind === 'learned' ? 'LearnedPositions' : 'SinusoidalPositions',
    config: {},
    notInTfjs: 'it has no such layer',
  }),
} satisfies Block<PositionalEncoding>;

/** A sequence whose positions fit a table. */
export function requireTable(block: string, x: TensorRef): void {
  const [, time, width] = requireSequence(block, x);
  if (time * width > TABLE_MOST) {
    throw refuseShape(block, `sequences of at most ${TABLE_MOST} numbers to be numbered`, x);
  }
}

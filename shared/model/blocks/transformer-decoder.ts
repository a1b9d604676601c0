/** A transformer's decoder block: [batch, time, width] → the same, looking at the encoder's [batch, other time, other width]. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { POSITION_KINDS, positionalEncoding } from '../layers/positional-encoding.ts';
import { within } from '../layers/scope.ts';
import { transformerBlock } from '../layers/transformer-block.ts';
import { requireSequence, requireTokens } from '../require-shape.ts';
import { requireHeads } from './attention.ts';
import { requireTable } from './positional-encoding.ts';

const TransformerDecoder = z.strictObject({
  type: z.literal('transformer-decoder'),
  heads: z.int().min(1).max(64).default(4),
  /** Units of the inner dense layer. */
  hidden: z.int().min(1).max(8192).default(128),
  dropout: z.number().min(0).max(0.95).default(0),
  /** Added before the block; the first of several blocks needs it. */
  positions: z.enum(['none', ...POSITION_KINDS]).default('none'),
});
type TransformerDecoder = z.infer<typeof TransformerDecoder>;

export const transformerDecoder = {
  type: 'transformer-decoder',
  summary:
    "A transformer's decoder block: each place looks at those before it, and at the second input, the encoder's. Token ids as third input leave the encoder's padding out.",
  params: TransformerDecoder,
  inputs: { least: 2, most: 3 },
  forward(ops, [x, memory, tokens], { positions, ...options }, scope) {
    const [, , width] = requireSequence('transformer-decoder', x);
    requireSequence('transformer-decoder', memory!);
    requireTokens('transformer-decoder', memory!, tokens);
    requireHeads('transformer-decoder', width, options.heads);
    const layer = { ...scope, ops };
    if (positions === 'none') return transformerBlock(layer, x, { ...options, tokens, memory });
    requireTable('transformer-decoder', x);
    const placed = positionalEncoding(within(layer, 'positions'), x, { kind: positions });
    return transformerBlock(layer, placed, { ...options, tokens, memory });
  },
  layer: () => null,
} satisfies Block<TransformerDecoder>;

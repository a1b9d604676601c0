/** A transformer's encoder block: [batch, time, width] → the same. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { POSITION_KINDS, positionalEncoding } from '../layers/positional-encoding.ts';
import { within } from '../layers/scope.ts';
import { transformerBlock } from '../layers/transformer-block.ts';
import { requireSequence, requireTokens } from '../require-shape.ts';
import { requireHeads } from './attention.ts';
import { requireTable } from './positional-encoding.ts';

const TransformerEncoder = z.strictObject({
  type: z.literal('transformer-encoder'),
  heads: z.int().min(1).max(64).default(4),
  /** Units of the inner dense layer. */
  hidden: z.int().min(1).max(8192).default(128),
  dropout: z.number().min(0).max(0.95).default(0),
  /** Added before the block; the first of several blocks needs it. */
  positions: z.enum(['none', ...POSITION_KINDS]).default('none'),
});
type TransformerEncoder = z.infer<typeof TransformerEncoder>;

export const transformerEncoder = {
  type: 'transformer-encoder',
  summary:
    "A transformer's encoder block: attention and two dense layers. Token ids as second input leave padding out.",
  params: TransformerEncoder,
  inputs: { least: 1, most: 2 },
  forward(ops, [x, tokens], { positions, ...options }, scope) {
    const [, , width] = requireSequence('transformer-encoder', x);
    requireTokens('transformer-encoder', x, tokens);
    requireHeads('transformer-encoder', width, options.heads);
    const layer = { ...scope, ops };
    if (positions === 'none') return transformerBlock(layer, x, { ...options, tokens });
    requireTable('transformer-encoder', x);
    const placed = positionalEncoding(within(layer, 'positions'), x, { kind: positions });
    return transformerBlock(layer, placed, { ...options, tokens });
  },
  layer: ({ heads, hidden, dropout, positions }, [x]) => ({
    className: 'TransformerEncoder',
    config: { width: x!.at(-1), heads, hidden, dropout, positions },
    notInTfjs: 'it has no such layer',
  }),
} satisfies Block<TransformerEncoder>;

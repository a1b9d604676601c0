/** Multi-head self-attention: [batch, time, width] → [batch, time, units]. */
import * as z from 'zod';
import { AppError } from '../../errors.ts';
import type { Block } from '../block.ts';
import { attention as attend } from '../layers/attention.ts';
import { requireSequence, requireTokens } from '../require-shape.ts';

const Attention = z.strictObject({
  type: z.literal('attention'),
  heads: z.int().min(1).max(64).default(4),
  /** Width of what it gives; default: that of what it takes. */
  units: z.int().min(1).max(4096).optional(),
});
type Attention = z.infer<typeof Attention>;

export const attention = {
  type: 'attention',
  summary: 'Each place of a sequence looks at all others. Token ids as second input leave padding out.',
  params: Attention,
  inputs: { least: 1, most: 2 },
  forward(ops, [x, tokens], { heads, units }, scope) {
    const [, , width] = requireSequence('attention', x);
    requireTokens('attention', x, tokens);
    requireHeads('attention', width, heads);
    return attend({ ...scope, ops }, x, { heads, tokens, units });
  },
  layer: ({ heads }, [x]) => ({
    className: 'MultiHeadAttention',
    config: { num_heads: heads, key_dim: x!.at(-1)! / heads },
    notInTfjs: 'it has no such layer',
  }),
} satisfies Block<Attention>;

export function requireHeads(block: string, width: number, heads: number): void {
  if (width % heads === 0) return;
  const divisors = Array.from({ length: 64 }, (_, i) => i + 1).filter((n) => width % n === 0);
  throw new AppError(
    'invalid_pipeline',
    `A ${block} block's heads share the width ${width} evenly, which ${heads} heads cannot; use ${divisors.join(', ')}`,
  );
}

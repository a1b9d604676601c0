/** A learnt vector for each id: [batch, …] → [batch, …, size]. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { requireConfig } from '../keras-config.ts';
import { embedding as lookUp } from '../layers/embedding.ts';
import { refuseShape } from '../require-shape.ts';

const Embedding = z.strictObject({
  type: z.literal('embedding'),
  /** Ids go from 0 to `count` − 1; others count as the nearest of these. */
  count: z.int().min(1).max(1_000_000),
  /** Elements of a vector. */
  size: z.int().min(1).max(4096),
});
type Embedding = z.infer<typeof Embedding>;

export const embedding = {
  type: 'embedding',
  summary: 'Looks up a learnt vector for each id, such as that of a word or a category.',
  params: Embedding,
  forward(ops, [x], { count, size }, scope) {
    if (x.shape.length > 3) throw refuseShape('embedding', 'ids [n] or [time, n]', x);
    const within = ops.minimum(ops.maximum(x, ops.constant(0)), ops.constant(count - 1));
    return lookUp({ ...scope, ops }, ops.cast(within, { to: 'int32' }), { count, size });
  },
  layer: ({ count, size }) => ({
    className: 'Embedding',
    config: { input_dim: count, output_dim: size },
    weights: ['embeddings'],
  }),
  fromKeras: {
    Embedding(config) {
      requireConfig(config, { mask_zero: false });
      const { input_dim, output_dim } = config;
      return { count: input_dim, size: output_dim };
    },
  },
} satisfies Block<Embedding>;

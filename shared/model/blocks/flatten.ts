/** [batch, …] → [batch, n]. */
import * as z from 'zod';
import { sizeOf } from '../../graph/operator.ts';
import type { Block } from '../block.ts';

const Flatten = z.strictObject({ type: z.literal('flatten') });
type Flatten = z.infer<typeof Flatten>;

export const flatten = {
  type: 'flatten',
  summary: 'Lays a picture or a sequence out as one row of numbers.',
  params: Flatten,
  forward: (ops, [x]) => ops.reshape(x, { shape: [x.shape[0]!, sizeOf(x.shape.slice(1))] }),
  layer: () => ({ className: 'Flatten', config: {} }),
  fromKeras: { Flatten: () => ({}) },
} satisfies Block<Flatten>;

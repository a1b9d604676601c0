/** Sum of several values, element by element: a residual connection is an entry's input and its output added. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { requireAlike } from '../require-alike.ts';

const Add = z.strictObject({ type: z.literal('add') });
type Add = z.infer<typeof Add>;

export const add = {
  type: 'add',
  summary: 'Adds its inputs element by element, as in a residual connection.',
  params: Add,
  inputs: { least: 2, most: 16 },
  forward(ops, inputs) {
    requireAlike('add', inputs);
    return inputs.reduce((sum, x) => ops.add(sum, x));
  },
  layer: () => ({ className: 'Add', config: {} }),
  fromKeras: { Add: () => ({}) },
} satisfies Block<Add>;

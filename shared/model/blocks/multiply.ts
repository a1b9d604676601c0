/** Product of several values, element by element, such as a gate and what it lets through. */
import * as z from 'zod';
import type { Block } from '../block.ts';
import { requireAlike } from '../require-alike.ts';

const Multiply = z.strictObject({ type: z.literal('multiply') });
type Multiply = z.infer<typeof Multiply>;

export const multiply = {
  type: 'multiply',
  summary: 'Multiplies its inputs element by element, as a gate does.',
  params: Multiply,
  inputs: { least: 2, most: 16 },
  forward(ops, inputs) {
    requireAlike('multiply', inputs);
    return inputs.reduce((product, x) => ops.multiply(product, x));
  },
  layer: () => ({ className: 'Multiply', config: {} }),
  fromKeras: { Multiply: () => ({}) },
} satisfies Block<Multiply>;

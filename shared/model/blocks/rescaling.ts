/** Values times a number plus a number: of the shape that goes in. */
import * as z from 'zod';
import type { Block } from '../block.ts';

const Rescaling = z.strictObject({
  type: z.literal('rescaling'),
  scale: z.number().min(-1e6).max(1e6).default(1),
  offset: z.number().min(-1e6).max(1e6).default(0),
});
type Rescaling = z.infer<typeof Rescaling>;

export const rescaling = {
  type: 'rescaling',
  summary: 'Multiplies each value by a fixed number and adds another.',
  params: Rescaling,
  forward: (ops, [x], { scale, offset }) =>
    ops.add(ops.multiply(x, ops.constant(scale)), ops.constant(offset)),
  layer: ({ scale, offset }) => ({ className: 'Rescaling', config: { scale, offset } }),
  fromKeras: { Rescaling: ({ scale, offset }) => ({ scale, offset }) },
} satisfies Block<Rescaling>;

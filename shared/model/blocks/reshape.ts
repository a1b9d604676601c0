/** The same numbers in the same order under another shape: [batch, …] → [batch, …shape]. */
import * as z from 'zod';
import { showShape, sizeOf } from '../../graph/operator.ts';
import type { Block } from '../block.ts';
import { refuseShape, rowShape } from '../require-shape.ts';

const Reshape = z.strictObject({
  type: z.literal('reshape'),
  /** Of one row. */
  shape: z.array(z.int().min(1).max(1_000_000)).min(1).max(3),
});
type Reshape = z.infer<typeof Reshape>;

export const reshape = {
  type: 'reshape',
  summary: 'Gives the same numbers another shape, such as a row that of a sequence or a picture.',
  params: Reshape,
  forward(ops, [x], { shape }) {
    const size = sizeOf(shape);
    if (sizeOf(rowShape(x)) !== size) {
      throw refuseShape('reshape', `${size} numbers for ${showShape(shape)}`, x);
    }
    return ops.reshape(x, { shape: [x.shape[0]!, ...shape] });
  },
  layer: ({ shape }) => ({ className: 'Reshape', config: { target_shape: shape } }),
  fromKeras: { Reshape: ({ target_shape }) => ({ shape: target_shape }) },
} satisfies Block<Reshape>;

/** The same elements in the same order under another shape; of either dtype. */
import type { Shape } from '../graph.ts';
import { type Operator, shapeError, showShape, sizeOf } from '../operator.ts';

export const reshape: Operator<1, { shape: Shape }> = {
  name: 'reshape',
  arity: 1,
  type([x], { shape }) {
    if (sizeOf(x!.shape) !== sizeOf(shape)) {
      const has = `${showShape(x!.shape)} has ${sizeOf(x!.shape)} elements`;
      throw shapeError('reshape', `${has}, ${showShape(shape)} has ${sizeOf(shape)}`);
    }
    return { shape, dtype: x!.dtype };
  },
  reference: ([x], _, out) => out.data.set(x!.data),
  gradient: ({ ops, inputs: [x], dy }) => [ops.reshape(dy, { shape: x!.shape })],
};

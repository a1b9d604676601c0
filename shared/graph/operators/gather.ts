/** Rows of axis 0 by number: [n, …rest] at int32 indices of any shape → [...indices.shape, …rest]; of either dtype. */
import { checkIndex } from '../check-index.ts';
import { type Operator, requireDtypes, shapeError, sizeOf } from '../operator.ts';

export const gather: Operator<2, Record<never, never>> = {
  name: 'gather',
  arity: 2,
  type([x, indices]) {
    requireDtypes('gather', [x!, indices!], [x!.dtype, 'int32']);
    if (x!.shape.length === 0) throw shapeError('gather', 'takes rows, not a scalar');
    return { shape: [...indices!.shape, ...x!.shape.slice(1)], dtype: x!.dtype };
  },
  reference([x, indices], _, out) {
    const rows = x!.shape[0]!;
    const width = sizeOf(x!.shape.slice(1));
    for (let i = 0; i < indices!.data.length; i++) {
      const from = checkIndex('gather', indices!.data[i]!, rows) * width;
      const to = i * width;
      for (let j = 0; j < width; j++) out.data[to + j] = x!.data[from + j]!;
    }
  },
  gradient: ({ ops, inputs: [x, indices], dy }) => [
    x!.dtype === 'float32' ? ops.scatterAdd(indices!, dy, { rows: x!.shape[0]! }) : null,
    null,
  ],
};

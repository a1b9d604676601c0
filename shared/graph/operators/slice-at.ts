/** `size` rows of axis 0 from `start` (int32, a scalar) on, which is moved so far that they lie inside; of either dtype. */
import { type Operator, requireDtypes, shapeError, showShape, sizeOf } from '../operator.ts';

export const sliceAt: Operator<2, { size: number }> = {
  name: 'sliceAt',
  arity: 2,
  type([x, start], { size }) {
    requireDtypes('sliceAt', [x!, start!], [x!.dtype, 'int32']);
    if (start!.shape.length > 0)
      throw shapeError('sliceAt', `start is ${showShape(start!.shape)}; it takes []`);
    const rows = x!.shape[0] ?? -1;
    if (!Number.isInteger(size) || size < 0 || size > rows) {
      throw shapeError('sliceAt', `cannot take ${size} rows of ${showShape(x!.shape)}`);
    }
    return { shape: x!.shape.with(0, size), dtype: x!.dtype };
  },
  reference([x, start], { size }, out) {
    const width = sizeOf(x!.shape.slice(1));
    const from = Math.max(0, Math.min(start!.data[0]!, x!.shape[0]! - size));
    out.data.set(x!.data.subarray(from * width, (from + size) * width));
  },
  gradient({ ops, inputs: [x, start], attributes: { size }, dy }) {
    if (x!.dtype === 'int32') return [null, null];
    const rows = x!.shape[0]!;
    const places = ops.sliceAt(
      ops.constant(
        Int32Array.from({ length: rows }, (_, i) => i),
        [rows],
      ),
      start!,
      { size },
    );
    return [ops.scatterAdd(places, dy, { rows }), null];
  },
};

/** Softmax over the last axis, shifted by the row's maximum so that nothing overflows. */
import { float32, type Operator, requireDtypes, shapeError, sizeOf } from '../operator.ts';
import { softmaxRow } from '../softmax-row.ts';

export const softmax: Operator<1, Record<never, never>> = {
  name: 'softmax',
  arity: 1,
  type([x]) {
    requireDtypes('softmax', [x!], ['float32']);
    if (x!.shape.length === 0) throw shapeError('softmax', 'takes at least one axis, not a scalar');
    return float32(x!.shape);
  },
  reference([x], _, out) {
    const row = new Float64Array(out.shape.at(-1)!);
    for (let at = 0; at < out.data.length; at += row.length) {
      softmaxRow(x!.data, at, row);
      out.data.set(row, at);
    }
  },
  gradient({ ops, output, dy }) {
    const weighted = ops.multiply(dy, output);
    const total = ops.sum(weighted, { axes: [dy.shape.length - 1], keepDims: true });
    return [ops.subtract(weighted, ops.multiply(output, total))];
  },
  multiplyAdds: ([x]) => 5 * sizeOf(x!.shape),
};

/** Softmax over the last axis, shifted by the row's maximum so that nothing overflows. */
import { type Operator, shapeError } from '../operator.ts';

export const softmax: Operator<1, Record<never, never>> = {
  name: 'softmax',
  arity: 1,
  shape([x]) {
    if (x!.length === 0) throw shapeError('softmax', 'takes at least one axis, not a scalar');
    return x!;
  },
  plain([x], _, out) {
    const width = out.shape.at(-1)!;
    for (let start = 0; start < out.data.length; start += width) {
      let max = Number.NEGATIVE_INFINITY;
      for (let i = start; i < start + width; i++) max = Math.max(max, x!.data[i]!);
      let sum = 0;
      for (let i = start; i < start + width; i++) sum += Math.exp(x!.data[i]! - max);
      for (let i = start; i < start + width; i++) out.data[i] = Math.exp(x!.data[i]! - max) / sum;
    }
  },
  tfjs: (tf, [x]) => tf.softmax(x!),
};

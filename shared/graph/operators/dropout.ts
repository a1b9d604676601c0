/**
 * Zeroes a share `rate` of the elements and scales the others by 1 / (1 − rate). The mask follows from `seed` and the
 * training step alone, so it is the same on every executor, and a resumed run repeats it.
 */
import type { Attributes } from '../graph.ts';
import { type Operator, shapeError, sizeOf } from '../operator.ts';
import { createRandom } from '../random.ts';

export interface DropoutAttributes extends Attributes {
  rate: number;
  seed: number;
}

export const dropout: Operator<1, DropoutAttributes> = {
  name: 'dropout',
  arity: 1,
  shape([x], { rate }) {
    if (!(rate >= 0 && rate < 1))
      throw shapeError('dropout', `rate is ${rate}; it must be at least 0 and below 1`);
    return x!;
  },
  plain([x], attributes, out, { step }) {
    const mask = dropoutMask(out.data.length, attributes, step);
    for (let i = 0; i < mask.length; i++) out.data[i] = x!.data[i]! * mask[i]!;
  },
  tfjs: (tf, [x], attributes, { step }) =>
    tf.mul(x!, tf.tensor(dropoutMask(sizeOf(x!.shape), attributes, step), x!.shape)),
};

function dropoutMask(size: number, { rate, seed }: DropoutAttributes, step: number): Float32Array {
  const random = createRandom(seed, step);
  const kept = 1 / (1 - rate);
  return new Float32Array(size).map(() => (random() < rate ? 0 : kept));
}

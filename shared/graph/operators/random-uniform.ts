/**
 * Uniform numbers in [0, 1), multiples of 2^-24, from `seed`, the step (int32, a scalar) and each element's number alone: the
 * same bits in every executor, in any order, and again in a resumed run.
 */
import type { Shape } from '../graph.ts';
import { float32, type Operator, requireDtypes, shapeError, showShape } from '../operator.ts';
import { mix } from '../random.ts';

const GOLDEN = 0x9e3779b9; // 2³² / golden ratio, odd: numbers far apart for neighbours

export const randomUniform: Operator<1, { shape: Shape; seed: number }> = {
  name: 'randomUniform',
  arity: 1,
  type([step], { shape, seed }) {
    requireDtypes('randomUniform', [step!], ['int32']);
    if (step!.shape.length > 0)
      throw shapeError('randomUniform', `step is ${showShape(step!.shape)}; it takes []`);
    if (!Number.isInteger(seed))
      throw shapeError('randomUniform', `seed is ${seed}; it takes a whole number`);
    return float32(shape);
  },
  reference([step], { seed }, out) {
    const key = mix(mix(seed + GOLDEN) + step!.data[0]!);
    for (let i = 0; i < out.data.length; i++) {
      out.data[i] = (mix(key + Math.imul(i, GOLDEN)) >>> 8) * 2 ** -24;
    }
  },
  gradient: () => [null],
};

/** To another dtype; to int32 it drops what comes after the point. */
import type { DType } from '../graph.ts';
import { type Operator, shapeError } from '../operator.ts';

export const cast: Operator<1, { to: DType }> = {
  name: 'cast',
  arity: 1,
  type([x], { to }) {
    if (to !== 'float32' && to !== 'int32')
      throw shapeError('cast', `to is ${to}; it takes float32 or int32`);
    return { shape: x!.shape, dtype: to };
  },
  reference([x], { to }, out) {
    if (to === 'float32') out.data.set(x!.data);
    else for (let i = 0; i < out.data.length; i++) out.data[i] = Math.trunc(x!.data[i]!);
  },
  gradient: ({ inputs: [x], output, dy }) => [
    x!.dtype === 'float32' && output.dtype === 'float32' ? dy : null,
  ],
};

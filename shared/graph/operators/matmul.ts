/** [m, k] × [k, n] → [m, n]. The reference sums in float64, k in order. */
import { type Operator, shapeError, showShape, type Tensor } from '../operator.ts';

export const matmul: Operator<2, Record<never, never>> = {
  name: 'matmul',
  arity: 2,
  shape([a, b]) {
    if (a!.length !== 2 || b!.length !== 2 || a![1] !== b![0]) {
      throw shapeError('matmul', `takes [m, k] and [k, n], not ${showShape(a!)} and ${showShape(b!)}`);
    }
    return [a![0]!, b![1]!];
  },
  plain([a, b], _, out) {
    const [m, k] = a!.shape as [number, number];
    const n = b!.shape[1]!;
    const sums = new Float64Array(n);
    for (let i = 0; i < m; i++) {
      sums.fill(0);
      for (let l = 0; l < k; l++) {
        const x = a!.data[i * k + l]!;
        for (let j = 0, w = l * n; j < n; j++, w++) sums[j]! += x * b!.data[w]!;
      }
      out.data.set(sums, i * n);
    }
  },
  tfjs: (tf, [a, b]) => tf.matMul(a!, b!) as Tensor,
};

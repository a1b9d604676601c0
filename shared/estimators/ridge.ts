/**
 * Linear regression with a squared penalty (ridge), solved exactly: the weights that make Σ (y − x·w − b)² + l2 · |w|² least, by
 * Cholesky's decomposition of the normal equations, in float64.
 */

import { AppError } from '../errors.ts';
import type { Made, Zod } from '../schema/zod.ts';
import type { Estimator } from './estimator.ts';
import { tensorOf } from './learnt.ts';

/** Its fitting takes the cube of the inputs' number. */
const INPUTS_MOST = 2000;
/** Rows whose products are summed between two reports. */
const PIECE = 512;

const Ridge = (z: Zod) =>
  z.strictObject({
    type: z.literal('ridge'),
    l2: z.number().min(1e-9).max(1e9).default(1),
  });
type Ridge = Made<typeof Ridge>;

export const ridge = {
  type: 'ridge',
  title: 'Linear regression',
  summary: 'Each input has one weight, found exactly and at once.',
  tasks: ['regression'],
  params: Ridge,
  space: {
    l2: { type: 'float', min: 1e-4, max: 1e4, log: true },
  },

  *fit({ count, width, x, target }, { l2 }) {
    if (width > INPUTS_MOST) {
      throw new AppError('invalid_data', `the rows have ${width} inputs; ridge takes up to ${INPUTS_MOST}`);
    }
    // the mean of the inputs is taken out, so that the bias is not drawn to 0
    const means = new Float64Array(width);
    let meanTarget = 0;
    for (let row = 0; row < count; row++) {
      for (let i = 0; i < width; i++) means[i]! += x[row * width + i]! / count;
      meanTarget += target[row]! / count;
    }
    const products = new Float64Array(width * width);
    const right = new Float64Array(width);
    const centred = new Float64Array(width);
    for (let row = 0; row < count; row++) {
      for (let i = 0; i < width; i++) centred[i] = x[row * width + i]! - means[i]!;
      for (let i = 0; i < width; i++) {
        const value = centred[i]!;
        if (value === 0) continue;
        right[i]! += value * (target[row]! - meanTarget);
        for (let j = 0; j <= i; j++) products[i * width + j]! += value * centred[j]!;
      }
      if ((row + 1) % PIECE === 0) yield { done: row + 1, total: count };
    }
    for (let i = 0; i < width; i++) products[i * width + i]! += l2;
    const kernel = solve(products, right);
    const bias = means.reduce((sum, mean, i) => sum - mean * kernel[i]!, meanTarget);
    yield { done: count, total: count };
    return new Map([
      ['kernel', { shape: [width], data: Float32Array.from(kernel) }],
      ['bias', { shape: [1], data: Float32Array.of(bias) }],
    ]);
  },

  load(learnt, _, { inputs }) {
    const kernel = tensorOf(learnt, 'kernel', [inputs]);
    const [bias] = tensorOf(learnt, 'bias', [1]);
    return (x, rows) =>
      Float32Array.from({ length: rows }, (_, row) => {
        let sum = bias!;
        for (let i = 0; i < inputs; i++) sum += x[row * inputs + i]! * kernel[i]!;
        return sum;
      });
  },

  cost: (_, { rows, inputs }) => ({
    parameters: inputs + 1,
    multiplyAdds: inputs,
    fitting: (rows * inputs ** 2) / 2 + inputs ** 3 / 6,
  }),
} satisfies Estimator<Ridge>;

/** The x of A·x = b for a positive definite A, of which the lower triangle is read, and overwritten. */
function solve(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / a[j * n + j]!;
    }
    for (let k = 0; k < i; k++) x[i]! -= a[i * n + k]! * x[k]!;
    x[i]! /= a[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= a[k * n + i]! * x[k]!;
    x[i]! /= a[i * n + i]!;
  }
  return x;
}

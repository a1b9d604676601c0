/**
 * Multinomial naive Bayes, for counts or shares such as TF-IDF: a row's class is judged from how much of each feature it has, as
 * though the features had nothing to do with one another. A linear model whose weights are counted, not searched for.
 */

import { AppError } from '../errors.ts';
import type { Made, Zod } from '../schema/zod.ts';
import type { Estimator } from './estimator.ts';
import { tensorOf } from './learnt.ts';

const NaiveBayes = (z: Zod) =>
  z.strictObject({
    type: z.literal('naive-bayes'),
    /** Added to each count, so that what was never seen is not taken for impossible. */
    smoothing: z.number().positive().max(1000).default(0.1),
  });
type NaiveBayes = Made<typeof NaiveBayes>;

export const naiveBayes = {
  type: 'naive-bayes',
  title: 'Naive Bayes',
  summary: 'Counts how often each word comes with each answer, and adds up what the words of a text say.',
  tasks: ['classification'],
  params: NaiveBayes,
  space: {
    smoothing: { type: 'float', min: 1e-3, max: 10, log: true },
  },

  *fit({ count, width, x, target }, { smoothing }, { outputs, classWeights }) {
    const sums = new Float64Array(outputs * width);
    const rows = new Float64Array(outputs);
    for (let row = 0; row < count; row++) {
      const c = target[row]!;
      const weight = classWeights?.[c] ?? 1;
      rows[c]! += weight;
      for (let i = 0; i < width; i++) {
        const value = x[row * width + i]!;
        if (value < 0) {
          throw new AppError(
            'invalid_data',
            `naive Bayes takes counts and shares, from 0 upwards, and input ${i} of a training row is ${value}; use steps such as tfidf, onehot or minmax`,
          );
        }
        sums[c * width + i]! += weight * value;
      }
    }
    yield { done: 1, total: 1 };
    const kernel = new Float32Array(outputs * width);
    for (let c = 0; c < outputs; c++) {
      const ofClass = sums.subarray(c * width, (c + 1) * width);
      const total = ofClass.reduce((sum, value) => sum + value, smoothing * width);
      for (let i = 0; i < width; i++) kernel[c * width + i] = Math.log((ofClass[i]! + smoothing) / total);
    }
    const bias = Float32Array.from(rows, (n) => Math.log(Math.max(n, 1e-9) / count));
    return new Map([
      ['kernel', { shape: [outputs, width], data: kernel }],
      ['bias', { shape: [outputs], data: bias }],
    ]);
  },

  load(learnt, _, { inputs, outputs }) {
    const kernel = tensorOf(learnt, 'kernel', [outputs, inputs]);
    const bias = tensorOf(learnt, 'bias', [outputs]);
    return (x, rows) => {
      const y = new Float32Array(rows * outputs);
      for (let row = 0; row < rows; row++) {
        const sums = Float64Array.from(bias);
        for (let i = 0; i < inputs; i++) {
          const value = x[row * inputs + i]!;
          if (value === 0) continue; // most of a text's are
          for (let c = 0; c < outputs; c++) sums[c]! += value * kernel[c * inputs + i]!;
        }
        y.set(sums, row * outputs);
      }
      return y;
    };
  },

  cost: (_, { rows, inputs, outputs }) => ({
    parameters: outputs * (inputs + 1),
    multiplyAdds: outputs * inputs,
    fitting: rows * inputs,
  }),
} satisfies Estimator<NaiveBayes>;

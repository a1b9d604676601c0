/** The k nearest training rows answer: by the shares of their classes, or the mean of their values. */
import type { Made, Zod } from '../schema/zod.ts';
import type { Estimator } from './estimator.ts';
import { logitsOf, tensorOf } from './learnt.ts';
import { keepDense, readDense } from './neighbours/dense-rows.ts';
import { isSparse, keepSparse, readSparse } from './neighbours/sparse-rows.ts';

const NearestNeighbours = (z: Zod) =>
  z.strictObject({
    type: z.literal('nearest-neighbours'),
    k: z.int().min(1).max(1000).default(5),
    /** `cosine`: the angle alone counts, as it should for texts. */
    metric: z.enum(['euclidean', 'cosine']).default('euclidean'),
    /** `distance`: the nearer counts more, by 1 ÷ its distance. */
    weights: z.enum(['uniform', 'distance']).default('uniform'),
  });
type NearestNeighbours = Made<typeof NearestNeighbours>;

/** A row that is a training row: nothing outweighs it, and nothing is divided by 0. */
const DISTANCE_LEAST = 1e-6;

export const nearestNeighbours = {
  type: 'nearest-neighbours',
  title: 'Nearest neighbours',
  summary: 'Answers as the most similar rows that it has seen.',
  tasks: ['classification', 'regression'],
  params: NearestNeighbours,
  space: {
    k: { type: 'int', min: 1, max: 50, log: true },
    metric: { type: 'choice', values: ['euclidean', 'cosine'] },
    weights: { type: 'choice', values: ['uniform', 'distance'] },
  },

  // nothing is learnt, all is kept
  *fit({ count, width, x, target }, { metric }) {
    const rows = metric === 'cosine' ? unitRows(x, width) : x.slice();
    yield { done: 1, total: 1 };
    return new Map([
      ...(isSparse(rows) ? keepSparse(rows, width) : keepDense(rows, width)),
      ['target', { shape: [count], data: Float32Array.from(target) }],
    ]);
  },

  load(learnt, { k, metric, weights }, { task, inputs, outputs }) {
    const target = tensorOf(learnt, 'target', [-1]);
    const count = target.length;
    const known = (learnt.has('rows') ? readDense : readSparse)(learnt, inputs, count);
    const bad = target.findIndex((place) => task === 'classification' && !(place >= 0 && place < outputs));
    if (bad >= 0) throw new Error(`row ${bad} has the class ${target[bad]} of ${outputs}`);
    return (x, queries) => {
      const asked = metric === 'cosine' ? unitRows(x, inputs) : x;
      const shares = new Float64Array(queries * outputs);
      for (let query = 0; query < queries; query++) {
        const nearest = known.nearestTo(
          asked.subarray(query * inputs, (query + 1) * inputs),
          Math.min(k, count),
        );
        let sum = 0;
        for (const { row, square } of nearest) {
          const weight = weights === 'uniform' ? 1 : 1 / Math.max(Math.sqrt(square), DISTANCE_LEAST);
          sum += weight;
          if (task === 'regression') shares[query]! += weight * target[row]!;
          else shares[query * outputs + target[row]!]! += weight;
        }
        for (let c = 0; c < outputs; c++) shares[query * outputs + c]! /= sum;
      }
      return task === 'regression' ? Float32Array.from(shares) : logitsOf(shares);
    };
  },

  cost: (_, { rows, inputs }) => ({
    parameters: rows * (inputs + 1),
    multiplyAdds: rows * inputs,
    fitting: rows * inputs,
  }),
} satisfies Estimator<NearestNeighbours>;

/** Each row divided by its length; one of nothing but zeros stays. */
function unitRows(x: Float32Array, width: number): Float32Array<ArrayBuffer> {
  const units = new Float32Array(x.length);
  for (let start = 0; start < x.length; start += width) {
    let square = 0;
    for (let i = start; i < start + width; i++) square += x[i]! * x[i]!;
    const length = Math.sqrt(square) || 1;
    for (let i = start; i < start + width; i++) units[i] = x[i]! / length;
  }
  return units;
}

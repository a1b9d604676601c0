/** Known rows, each of whose numbers is kept. */
import type { Learnt } from '../estimator.ts';
import { type ReadonlyLearnt, tensorOf } from '../learnt.ts';
import { createNearest, type KnownRows } from './nearest.ts';

export const keepDense = (x: Float32Array, width: number): Learnt =>
  new Map([['rows', { shape: [x.length / width, width], data: x }]]);

export function readDense(learnt: ReadonlyLearnt, width: number, count: number): KnownRows {
  const rows = tensorOf(learnt, 'rows', [count, width]);
  return {
    nearestTo(query, k) {
      const found = createNearest(k);
      for (let row = 0; row < count; row++) {
        let square = 0;
        for (let i = 0, at = row * width; i < width && square < found.limit; i++) {
          const difference = query[i]! - rows[at + i]!;
          square += difference * difference;
        }
        found.offer(row, square);
      }
      return found.nearest;
    },
  };
}

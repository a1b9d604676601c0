/**
 * Known rows that are zeros for the most part, as those of texts are: of each input the rows where it is not 0, so that a row asked
 * about is compared by its own few inputs. By |q − r|² = |q|² + |r|² − 2 q·r.
 */
import type { Learnt } from '../estimator.ts';
import { type ReadonlyLearnt, tensorOf } from '../learnt.ts';
import { createNearest, type KnownRows } from './nearest.ts';

/** Where more of the numbers are not 0 than this share, they are better kept one by one. */
const SHARE_MOST = 1 / 4;

export function isSparse(x: Float32Array): boolean {
  let present = 0;
  for (let i = 0; i < x.length; i++) if (x[i] !== 0) present++;
  return present < x.length * SHARE_MOST;
}

/** `counts` [width]: rows of each input, which follow one another in `places` and, with their numbers, in `values`. */
export function keepSparse(x: Float32Array, width: number): Learnt {
  const counts = new Float32Array(width);
  for (let i = 0; i < x.length; i++) if (x[i] !== 0) counts[i % width]! += 1;
  const starts = startsOf(counts);
  const total = starts[width]!;
  const places = new Float32Array(total);
  const values = new Float32Array(total);
  const next = starts.slice();
  for (let i = 0; i < x.length; i++) {
    if (x[i] === 0) continue;
    const at = next[i % width]!++;
    places[at] = Math.floor(i / width);
    values[at] = x[i]!;
  }
  return new Map([
    ['counts', { shape: [width], data: counts }],
    ['places', { shape: [total], data: places }],
    ['values', { shape: [total], data: values }],
  ]);
}

/** Throws an Error where the tensors do not hold together. */
export function readSparse(learnt: ReadonlyLearnt, width: number, count: number): KnownRows {
  const counts = tensorOf(learnt, 'counts', [width]);
  const starts = startsOf(counts);
  const total = starts[width]!;
  const places = Uint32Array.from(tensorOf(learnt, 'places', [total]));
  const values = tensorOf(learnt, 'values', [total]);
  const squares = new Float64Array(count);
  for (let at = 0; at < total; at++) {
    if (!(places[at]! < count))
      throw new Error(`there is a number of row ${places[at]}, and there are ${count}`);
    squares[places[at]!]! += values[at]! * values[at]!;
  }
  return {
    nearestTo(query, k) {
      const products = new Float64Array(count);
      let square = 0;
      for (let input = 0; input < width; input++) {
        const own = query[input]!;
        if (own === 0) continue;
        square += own * own;
        for (let at = starts[input]!, end = starts[input + 1]!; at < end; at++)
          products[places[at]!]! += own * values[at]!;
      }
      const found = createNearest(k);
      // rounding may leave a little less than nothing between equals
      for (let row = 0; row < count; row++)
        found.offer(row, Math.max(0, square + squares[row]! - 2 * products[row]!));
      return found.nearest;
    },
  };
}

function startsOf(counts: Float32Array): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) starts[i + 1] = starts[i]! + counts[i]!;
  return starts;
}

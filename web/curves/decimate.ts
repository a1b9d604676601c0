/** The points of a long curve that can be seen: of each column of pixels the first, the least, the greatest and the last. */
import { firstAtLeast } from './run-curves.ts';

export interface Points {
  /** Ascending. The arrays may be longer than `length`. */
  x: Float64Array;
  y: Float64Array;
  length: number;
}

const PER_COLUMN = 4;

/**
 * Those from `min` to `max`, and one on either side, so that the line goes on to the edges. `above`: leaves out what is not
 * above it (a logarithm has no zero). Peaks are kept, and joints between columns, so the picture is the same.
 */
export function decimate(
  { x, y, length }: Points,
  [min, max]: readonly [number, number],
  columns: number,
  above = Number.NEGATIVE_INFINITY,
): [x: number[], y: number[]] {
  const from = Math.max(0, firstAtLeast(x, length, min) - 1);
  let to = firstAtLeast(x, length, max);
  if (to < length) to += 1;
  const xs: number[] = [];
  const ys: number[] = [];
  const keep = (i: number) => {
    xs.push(x[i]!);
    ys.push(y[i]!);
  };
  if (to - from <= PER_COLUMN * columns) {
    for (let i = from; i < to; i++) if (y[i]! > above) keep(i);
    return [xs, ys];
  }
  const scale = columns / (max - min);
  for (let i = from; i < to; ) {
    const column = Math.floor((x[i]! - min) * scale);
    let [first, least, greatest, last] = [-1, -1, -1, -1];
    for (; i < to && Math.floor((x[i]! - min) * scale) === column; i++) {
      const value = y[i]!;
      if (!(value > above)) continue;
      if (first < 0) first = least = greatest = i;
      else if (value < y[least]!) least = i;
      else if (value > y[greatest]!) greatest = i;
      last = i;
    }
    if (first < 0) continue;
    keep(first);
    const [one, other] = least < greatest ? [least, greatest] : [greatest, least];
    if (one > first && one < last) keep(one);
    if (other > one && other > first && other < last) keep(other);
    if (last > first) keep(last);
  }
  return [xs, ys];
}

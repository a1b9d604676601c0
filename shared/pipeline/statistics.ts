/**
 * Statistics that fitting needs, in float64, in row order and with + − × ÷ and sqrt only: every engine gets the same bits.
 * All take at least one value.
 */

export function mean(values: Float64Array): number {
  let sum = 0;
  for (const x of values) sum += x;
  return sum / values.length;
}

/** Population standard deviation, in two passes. */
export function standardDeviation(values: Float64Array, mean: number): number {
  let sum = 0;
  for (const x of values) sum += (x - mean) * (x - mean);
  return Math.sqrt(sum / values.length);
}

/** The middle value; between the two middle ones if their number is even. */
export function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  const high = sorted[middle] as number;
  return sorted.length % 2 === 1 ? high : (sorted[middle - 1] as number) / 2 + high / 2;
}

/** The value below which `share` of them lie, between two neighbours where it falls between; `sorted` ascending. */
export function quantileOf(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const part = place - low;
  const value = sorted[low] as number;
  return part === 0 ? value : value * (1 - part) + (sorted[low + 1] as number) * part;
}

/** The most frequent value; of several, the smallest. */
export function mode<T extends number | string>(values: Iterable<T>): T {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [first, ...rest] = counts;
  return rest.reduce(
    (best, next) => {
      const more = next[1] - best[1];
      return more > 0 || (more === 0 && next[0] < best[0]) ? next : best;
    },
    first as [T, number],
  )[0];
}

/** Smallest and largest. */
export function extent(values: Float64Array): { min: number; max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const x of values) {
    if (x < min) min = x;
    if (x > max) max = x;
  }
  return { min, max };
}

/** The rows of an epoch in the order of its steps, all batches full: the last is filled up with rows drawn once more. */
import { createRandom, shuffle } from '../graph/random.ts';

/** Tells the shuffling's random stream from the others of the same seed. */
const SHUFFLE = 0x5f1e;

/** What is drawn of; with `groups` the rows of one group follow one another. `batch` ≤ `count`. */
export interface Drawn {
  count: number;
  groups?: Int32Array | undefined;
}

/** Int32Array of ⌈count / batch⌉ · batch places. */
export function epochOrder({ count, groups }: Drawn, batch: number, seed: number, epoch: number): Int32Array {
  const random = createRandom(seed, SHUFFLE, epoch);
  const places = new Uint32Array(count).map((_, row) => row);
  const order = new Int32Array(Math.ceil(count / batch) * batch);
  const draw = () => (groups ? byGroup(shuffle(places, random), groups) : shuffle(places, random));
  order.set(draw());
  if (order.length > count) order.set(draw().subarray(0, order.length - count), count);
  return order;
}

/** Groups in the order in which they come first, their rows in the order given. */
export function byGroup(rows: Uint32Array, groups: Int32Array): Uint32Array {
  const rankOf = new Map<number, number>();
  for (const row of rows) if (!rankOf.has(groups[row]!)) rankOf.set(groups[row]!, rankOf.size);
  const place = new Map([...rows].map((row, i) => [row, i]));
  const rank = (row: number) => rankOf.get(groups[row]!)!;
  return rows.slice().sort((a, b) => rank(a) - rank(b) || place.get(a)! - place.get(b)!);
}

/** The rows of an epoch in the order of its steps, all batches full: the last is filled up with rows drawn once more. */
import { createRandom, shuffle } from '../graph/random.ts';

/** Tells the shuffling's random stream from the others of the same seed. */
const SHUFFLE = 0x5f1e;

/** Int32Array of ⌈rows / batch⌉ · batch places; `batch` ≤ `rows`. */
export function epochOrder(rows: number, batch: number, seed: number, epoch: number): Int32Array {
  const random = createRandom(seed, SHUFFLE, epoch);
  const places = Uint32Array.from({ length: rows }, (_, row) => row);
  const order = new Int32Array(Math.ceil(rows / batch) * batch);
  order.set(shuffle(places, random));
  order.set(shuffle(places.slice(), random).subarray(0, order.length - rows), rows);
  return order;
}

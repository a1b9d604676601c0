/**
 * Rows to learn from, made up from a seed: numbers scattered around a centre of their class, or words of which some are
 * the class's own. Easy enough that every contestant learns them, and not so easy that nothing is left to learn.
 */
import { createRandom } from '../../../shared/graph/random.ts';
import type { BenchModel } from './bench-model.ts';

export interface ExampleRows {
  count: number;
  /** [count, …inputShape], row-major: numbers, or words. */
  x: Float32Array | Int32Array;
  /** Class of each. */
  y: Int32Array;
}

const OWN_SHARE = 0.12; // of a row's words, those that are its class's own
const OWN_WORDS = 8; // different ones, for each class

/** The classes' centres are the same for every seed. */
export function exampleRows(
  { inputShape, vocabulary, classes }: BenchModel,
  count: number,
  seed: number,
): ExampleRows {
  const width = inputShape.reduce((size, n) => size * n, 1);
  const random = createRandom(seed);
  const y = Int32Array.from({ length: count }, () => Math.floor(random() * classes));
  if (vocabulary !== undefined) {
    const x = new Int32Array(count * width);
    for (let at = 0; at < x.length; at++) {
      const label = y[Math.floor(at / width)]!;
      const own = random() < OWN_SHARE;
      x[at] = own ? label + classes * Math.floor(random() * OWN_WORDS) : Math.floor(random() * vocabulary);
    }
    return { count, x, y };
  }
  const centre = createRandom(1, width);
  const centres = Float32Array.from({ length: classes * width }, () => 2 * centre() - 1);
  const noise = Math.sqrt(width) / 3; // the distance between two centres grows alike
  const x = new Float32Array(count * width);
  for (let at = 0; at < x.length; at++) {
    const normal = random() + random() + random() + random() - 2; // variance 1/3
    x[at] = centres[y[Math.floor(at / width)]! * width + (at % width)]! + noise * normal;
  }
  return { count, x, y };
}

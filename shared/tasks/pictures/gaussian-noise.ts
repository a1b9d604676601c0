/** Standard Gaussian numbers from a seed, on the host (Box and Muller 1958). */
import { createRandom } from '../../graph/random.ts';

/** Tells this use of a seed from others. */
const NOISE = 0x9015e;

export function gaussianNoise(seed: number, count: number): Float32Array {
  const random = createRandom(seed, NOISE);
  return Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return radius * Math.cos(2 * Math.PI * random());
  });
}

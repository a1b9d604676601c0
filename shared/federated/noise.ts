/**
 * Gaussian noise on a sum of clipped updates (McMahan et al. 2018, Learning differentially private recurrent language models). It hides
 * from whoever sees the averages whether a participant took part; the coordinator itself sees each update.
 */

export interface Noise {
  /**
   * Standard deviation of the noise on each number of the sum, ÷ the clipping norm; of the mean of K participants it is
   * multiplier · clipNorm ÷ K. Which (ε, δ) that gives over all rounds, an accountant says (Opacus, dp-accounting).
   */
  multiplier: number;
  /** Uniform numbers in [0, 1) that no participant can foresee; seeded (`createRandom`) for tests alone. */
  uniform(): number;
}

/** Numbers that nobody can foresee, by the platform. */
export function secureUniform(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
}

/** Adds numbers of N(0, std²), by Box and Muller (1958). */
export function addNoise(sum: Float64Array, std: number, uniform: () => number): void {
  for (let i = 0; i < sum.length; i += 2) {
    const radius = std * Math.sqrt(-2 * Math.log(1 - uniform())); // of (0, 1], whose logarithm is finite
    const angle = 2 * Math.PI * uniform();
    sum[i]! += radius * Math.cos(angle);
    if (i + 1 < sum.length) sum[i + 1]! += radius * Math.sin(angle);
  }
}

import { expect, it } from 'vitest';
import { noiseLevel } from '../../model/objectives/noise-level.ts';
import { gaussianNoise } from './gaussian-noise.ts';
import { takeAwayNoise } from './take-away-noise.ts';

it('the level goes from all picture to all noise, and the variance stays', () => {
  expect(noiseLevel(0)).toEqual({ alpha: 1, sigma: 0 });
  expect(noiseLevel(1).alpha).toBeCloseTo(0, 12);
  expect(noiseLevel(1).sigma).toBe(1);
  expect(noiseLevel(1 / 3).alpha).toBeCloseTo(Math.sqrt(3) / 2, 12);
  expect(noiseLevel(1 / 3).sigma).toBeCloseTo(0.5, 12);
});

const VARIANCE = 1 / 16;

it('a network that knows the picture leads to it, and one that knows the best guess of noise to that distribution', async () => {
  // Pixels are independent, mean 0 and variance 1/16 (values beyond 1 do not occur): the best guess of v is linear.
  const noise = gaussianNoise(5, 40_000);
  const exact = (picture: number) => ({
    noise,
    channels: 2,
    steps: 200,
    network: async (rows: Float32Array) => {
      const v = new Float32Array(noise.length);
      for (let pixel = 0; pixel < v.length / 2; pixel++) {
        const [a, b, alpha, sigma] = rows.subarray(4 * pixel, 4 * pixel + 4) as unknown as [
          number,
          number,
          number,
          number,
        ];
        // (x − α·picture) ÷ σ is the noise
        v[2 * pixel] = (alpha * (a - alpha * picture)) / sigma - sigma * picture;
        v[2 * pixel + 1] =
          ((alpha * sigma - alpha * sigma * VARIANCE) / (sigma ** 2 + alpha ** 2 * VARIANCE)) * b;
      }
      return v;
    },
  });
  const x = await takeAwayNoise(exact(0.375));
  const [first, second] = [0, 1].map((channel) => x.filter((_, i) => i % 2 === channel)) as [
    Float32Array,
    Float32Array,
  ];
  for (const value of first) expect(value).toBeCloseTo(0.375, 4);
  const deviation = Math.sqrt(second.reduce((sum, value) => sum + value ** 2, 0) / second.length);
  expect(deviation).toBeGreaterThan(0.24);
  expect(deviation).toBeLessThan(0.26);
});

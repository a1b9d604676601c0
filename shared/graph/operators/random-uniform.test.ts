import { expect, it } from 'vitest';
import { randomUniform } from './random-uniform.ts';

it.each([
  // worked out in Python, with whole numbers modulo 2^32
  [3, 5, [15101248, 13428138, 12928895]],
  [4_000_000_000, 2_000_000_000, [12979207, 5868386, 4645937]],
  [-3, -5, [2371242, 2183156, 4919516]],
])('draws for seed %d and step %d the same 24 bits everywhere', (seed, step, expected) => {
  const out = { shape: [3], data: new Float32Array(3) };
  randomUniform.reference([{ shape: [], data: Int32Array.of(step) }], { shape: [3], seed }, out);
  expect([...out.data].map((x) => x * 2 ** 24)).toEqual(expected);
});

it('is uniform, and other for each seed and step', () => {
  const draw = (seed: number, step: number) => {
    const out = { shape: [20_000], data: new Float32Array(20_000) };
    randomUniform.reference([{ shape: [], data: Int32Array.of(step) }], { shape: [20_000], seed }, out);
    return out.data;
  };
  const [a, b, c] = [draw(1, 1), draw(1, 2), draw(2, 1)];
  const mean = (values: Float32Array) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const deviation = 1 / Math.sqrt(12); // of one number
  for (const x of [a, b, c])
    expect(Math.abs(mean(x) - 1 / 2)).toBeLessThan(4 * (deviation / Math.sqrt(20_000)));
  for (const [x, y] of [
    [a, b],
    [a, c],
    [b, c],
    [a, a.subarray(1)],
  ] as const) {
    const product = mean(y.map((value, i) => (value - 1 / 2) * (x[i]! - 1 / 2)));
    expect(Math.abs(product)).toBeLessThan(4 * (deviation ** 2 / Math.sqrt(20_000)));
  }
});

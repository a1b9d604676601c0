import { describe, expect, it } from 'vitest';
import type { Initializer } from '../graph/graph.ts';
import { traceGraph } from '../graph/ops.ts';
import { initParameters } from './init-parameters.ts';

/** First values of parameters of these shapes. */
function init(seed: number, ...parameters: [shape: number[], initializer: Initializer][]): Float32Array[] {
  const graph = traceGraph(({ ops, parameter }) => {
    const refs = parameters.map(([shape, initializer], i) => parameter(`p${i}`, shape, initializer));
    return { y: ops.relu(refs[0]!) };
  });
  return [...initParameters(graph, seed).values()].map(({ data }) => data);
}

describe('initParameters', () => {
  it('depends on the seed and on the place alone', () => {
    const [first, second] = init(7, [[4, 3], 'heUniform'], [[4, 3], 'heUniform']);
    expect(init(7, [[4, 3], 'heUniform'])[0]).toEqual(first);
    expect(second).not.toEqual(first);
    expect(init(8, [[4, 3], 'heUniform'])[0]).not.toEqual(first);
  });

  it('starts with sfc32 of (seed, place), scaled: (2u − 1) · sqrt(6 / fan-in)', () => {
    // 1892582109 is the first number of the stream (7, 3); see shared/graph/random.test.ts
    const [, , , fourth] = init(7, [[1], 'zeros'], [[1], 'zeros'], [[1], 'zeros'], [[6, 2], 'heUniform']);
    expect(fourth![0]).toBe(Math.fround((2 * 1892582109) / 2 ** 32 - 1));
  });

  it('fills with zeros and ones', () => {
    expect(init(1, [[3], 'zeros'], [[2], 'ones'])).toEqual([new Float32Array(3), Float32Array.of(1, 1)]);
  });

  it.each<[Initializer, number[], number]>([
    // limit: sqrt(6 / in), or sqrt(6 / (in + out)); a window multiplies both
    ['heUniform', [600, 100], 0.1],
    ['glorotUniform', [500, 100], 0.1],
    ['heUniform', [5, 5, 24, 50], 0.1],
    ['glorotUniform', [5, 5, 14, 10], 0.1],
  ])('%s of %j is uniform within its limit', (initializer, shape, limit) => {
    const [data] = init(3, [shape, initializer]);
    expect(data!.length).toBe(shape.reduce((product, n) => product * n, 1));
    const mean = data!.reduce((sum, x) => sum + x, 0) / data!.length;
    const variance = data!.reduce((sum, x) => sum + x * x, 0) / data!.length;
    const most = data!.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
    expect(Math.abs(mean)).toBeLessThan((4 * limit) / Math.sqrt(3 * data!.length));
    expect(variance / (limit ** 2 / 3)).toBeCloseTo(1, 1);
    expect(most).toBeLessThanOrEqual(limit * 1.000001);
    expect(most).toBeGreaterThan(0.99 * limit);
  });
});

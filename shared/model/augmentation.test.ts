/** Blocks that change rows at random while training, by hand and by what they may not do. */
import { describe, expect, it } from 'vitest';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { traceGraph } from '../graph/ops.ts';
import { interpolatePixels, samplePixels } from './layers/sample-pixels.ts';
import { traceEntry } from './run-entry-for-tests.ts';

const float64 = createPlainExecutor({ precision: 'float64' });

/** 60 pictures of 3 × 4, pixel i of each being i + 1. */
const pictures = {
  shape: [60, 3, 4, 1],
  data: Float64Array.from({ length: 60 * 12 }, (_, i) => (i % 12) + 1),
};

async function change(spec: object, training = true, step = 5): Promise<number[][]> {
  const { graph, weights, inputs } = traceEntry(spec, [pictures], training);
  const given = { ...inputs, ...(inputs.step && { step: { shape: [], data: Int32Array.of(step) } }) };
  const { y } = await (await float64.compile(graph, weights)).run(given);
  return Array.from({ length: 60 }, (_, i) => [...y!.data.subarray(12 * i, 12 * i + 12)]);
}

const same = Array.from({ length: 12 }, (_, i) => i + 1);
const grid = (row: readonly number[]) => [0, 4, 8].map((at) => row.slice(at, at + 4));
const count = (rows: number[][], wanted: number[]) => rows.filter((row) => `${row}` === `${wanted}`).length;

describe.each([
  { type: 'random-flip' },
  { type: 'random-translation', width: 0.5 },
  { type: 'random-rotation' },
  { type: 'random-contrast' },
  { type: 'random-erasing' },
  { type: 'gaussian-noise' },
])('$type', (spec) => {
  it('does nothing but in training; there its chance follows from the step', async () => {
    expect(await change(spec, false)).toEqual(
      pictures.data.length ? Array.from({ length: 60 }, () => same) : [],
    );
    const [one, again, other] = [await change(spec), await change(spec), await change(spec, true, 6)];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });
});

it('flips about half of the pictures, along what is said', async () => {
  const mirrored = grid(same).flatMap((row) => row.reverse());
  const horizontal = await change({ type: 'random-flip' });
  expect(count(horizontal, same) + count(horizontal, mirrored)).toBe(60);
  expect(count(horizontal, same)).toBeGreaterThan(15);
  expect(count(horizontal, mirrored)).toBeGreaterThan(15);
  const both = await change({ type: 'random-flip', mode: 'both' });
  expect(count(both, [...same].reverse())).toBeGreaterThan(5);
});

it('shifts by whole pixels, and lets the edges go on', async () => {
  const rows = await change({ type: 'random-translation', height: 0, width: 0.25 });
  const left = grid(same).flatMap(([_, b, c, d]) => [b!, c!, d!, d!]);
  const right = grid(same).flatMap(([a, b, c]) => [a!, a!, b!, c!]);
  expect(count(rows, same) + count(rows, left) + count(rows, right)).toBe(60);
  for (const wanted of [same, left, right]) expect(count(rows, wanted)).toBeGreaterThan(5);
});

it('blanks one rectangle of the size that is said, anywhere', async () => {
  const rows = await change({ type: 'random-erasing', height: 1 / 3, width: 0.5 });
  const places = new Set<string>();
  for (const row of rows) {
    const blank = row.flatMap((value, i) => (value === 0 ? [i] : []));
    expect(blank).toEqual([blank[0], blank[0]! + 1]);
    expect(blank[0]! % 4).toBeLessThan(3);
    places.add(`${blank}`);
  }
  expect(places.size).toBe(9);
});

it('contrast keeps the mean, and stretches by the same factor', async () => {
  for (const row of await change({ type: 'random-contrast', contrast: 0.5 })) {
    const factor = (row[11]! - row[0]!) / 11;
    expect(factor).toBeGreaterThanOrEqual(0.5);
    expect(factor).toBeLessThanOrEqual(1.5);
    row.forEach((value, i) => {
      expect(value).toBeCloseTo(6.5 + factor * (i + 1 - 6.5), 9);
    });
  }
});

it('noise is Gaussian: mean, spread, and tails', async () => {
  const noise = (await change({ type: 'gaussian-noise', stddev: 2 })).flatMap((row) =>
    row.map((value, i) => (value - same[i]!) / 2),
  );
  const mean = noise.reduce((sum, z) => sum + z, 0) / noise.length;
  const spread = Math.sqrt(noise.reduce((sum, z) => sum + (z - mean) ** 2, 0) / noise.length);
  expect(Math.abs(mean)).toBeLessThan(0.15); // 4 standard errors of 720 draws
  expect(Math.abs(spread - 1)).toBeLessThan(0.11);
  const beyond = noise.filter((z) => Math.abs(z) > 1.96).length / noise.length;
  expect(beyond).toBeGreaterThan(0.02);
  expect(beyond).toBeLessThan(0.09);
});

it('reads pixels where it is told, between them too, and no further than the edge', async () => {
  const graph = traceGraph(({ ops, input }) => {
    const x = input('x', [1, 2, 2, 1]);
    const places = (rows: number[], columns: number[]) => ({
      rows: ops.constant(Float32Array.from(rows), [1, 1, 3]),
      columns: ops.constant(Float32Array.from(columns), [1, 1, 3]),
    });
    return {
      nearest: samplePixels(ops, x, places([0, 1, 9], [1, -3, 1])),
      between: interpolatePixels(ops, x, places([0, 0.5, 0.25], [0.5, 0, 0.75])),
    };
  });
  const program = await float64.compile(graph, new Map());
  const { nearest, between } = await program.run({
    x: { shape: [1, 2, 2, 1], data: Float64Array.of(10, 20, 30, 50) },
  });
  expect([...nearest!.data]).toEqual([20, 30, 50]);
  // (10 + 20)/2; (10 + 30)/2; ¾·17.5 + ¼·45
  expect([...between!.data]).toEqual([15, 20, 24.375]);
});

it('turns by the angle that it draws: a quarter turn of a square brings corner to corner', async () => {
  const square = { shape: [40, 3, 3, 1], data: Float64Array.from({ length: 360 }, (_, i) => i % 9) };
  const { graph, weights, inputs } = traceEntry({ type: 'random-rotation', degrees: 180 }, [square], true);
  const { y } = await (await float64.compile(graph, weights)).run(inputs);
  const middles = Array.from({ length: 40 }, (_, i) => y!.data[9 * i + 4]!);
  for (const middle of middles) expect(middle).toBeCloseTo(4, 9); // the middle stays where it is
  const sums = Array.from({ length: 40 }, (_, i) => y!.data[9 * i + 1]! + y!.data[9 * i + 7]!);
  for (const sum of sums) expect(sum).toBeCloseTo(8, 9); // opposite places of a plane
});

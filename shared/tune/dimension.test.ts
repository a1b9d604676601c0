import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Dimension } from '../schema/sweep.ts';
import { cellOf, nearest, sizeOf, unitOf, valueAt } from './dimension.ts';

const rate: Dimension = { type: 'float', min: 1e-4, max: 1, log: true };
const units: Dimension = { type: 'int', min: 1, max: 7, log: true };
const steps: Dimension = { type: 'int', min: 10, max: 35, step: 10 };
const named: Dimension = { type: 'choice', values: [{ a: 1 }, [2]], labels: ['object', 'list'] };

it('each quarter of a logarithmic range of four decades is a decade', () => {
  expect([0, 0.25, 0.5, 0.75, 1].map((u) => valueAt(rate, u))).toEqual([1e-4, 1e-3, 0.01, 0.1, 1]);
  expect(unitOf(rate, 0.01)).toBeCloseTo(0.5, 12);
});

it('whole numbers have cells, of a logarithm the smaller the wider', () => {
  expect(sizeOf(steps)).toBe(3);
  expect([0, 0.34, 0.99, 1].map((u) => valueAt(steps, u))).toEqual([10, 20, 30, 30]);
  expect(cellOf(steps, 20)).toEqual([1 / 3, 2 / 3]);
  // from ln 0.5 to ln 7.5
  const whole = Math.log(15);
  expect(cellOf(units, 1)).toEqual([0, Math.log(3) / whole]);
  expect(cellOf(units, 7)![1]).toBeCloseTo(1, 12);
});

it('a choice is called by its label', () => {
  expect(valueAt(named, 0.6)).toBe('list');
  expect(cellOf(named, 'object')).toEqual([0, 0.5]);
});

it.each([
  [steps, 15],
  [steps, 40],
  [units, 2.5],
  [units, 0],
  [rate, 2],
  [rate, 'fast'],
  [named, 'neither'],
])('%o has no %s', (dimension, value) => expect(cellOf(dimension, value)).toBeNull());

it('the nearest that there is', () => {
  expect([8, 26, 99].map((x) => nearest(steps as typeof units, x))).toEqual([10, 30, 30]);
});

it('every number of the unit interval lies in the cell of its value', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Dimension>(units, steps, named),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (dimension, u) => {
        const [from, to] = cellOf(dimension, valueAt(dimension, u))!;
        expect(u).toBeGreaterThanOrEqual(from - 1e-9);
        expect(u).toBeLessThanOrEqual(to + 1e-9);
      },
    ),
  );
});

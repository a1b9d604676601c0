import { expect, it } from 'vitest';
import { axesOf, heightOf } from './parallel-axes.ts';

it('numbers lie between the least and the greatest, by magnitude where they span a hundredfold', () => {
  const [units, rate] = axesOf(
    [
      { units: 10, rate: 0.0001 },
      { units: 20, rate: 0.01 },
      { units: 30, rate: 1 },
    ],
    8,
  );
  expect([10, 20, 30].map((value) => heightOf(units!, value))).toEqual([0, 0.5, 1]);
  expect(heightOf(rate!, 0.01)).toBeCloseTo(0.5, 12);
  expect([rate!.low, rate!.high]).toEqual(['0.0001', '1']);
});

it('words have a place each; what does not differ has no axis; the score is last', () => {
  const axes = axesOf(
    [
      { '': 0.5, optimizer: 'adam', same: 1 },
      { '': 0.7, optimizer: 'sgd', same: 1 },
      { '': 0.6, optimizer: 'lion', same: 1 },
    ],
    8,
  );
  expect(axes.map(({ path }) => path)).toEqual(['optimizer', '']);
  expect(['adam', 'lion', 'sgd'].map((value) => heightOf(axes[0]!, value))).toEqual([0, 0.5, 1]);
  expect(heightOf(axes[0]!, undefined)).toBeNull();
});

it('has at most so many axes', () => {
  const row = (base: number) => Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`p${i}`, base + i]));
  expect(
    axesOf(
      [
        { ...row(0), '': 0 },
        { ...row(1), '': 1 },
      ],
      8,
    ),
  ).toHaveLength(8);
});

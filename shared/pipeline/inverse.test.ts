/** Steps undone: what goes in comes out again, to float32's exactness or that of the step; values worked out by hand where it cannot. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnData } from '../data/table.ts';
import { fitPipeline } from '../tasks/fit-pipeline.ts';
import { dateOf, parseDate } from './calendar.ts';
import { applyChain } from './chain.ts';
import { exactExp } from './exact-exp.ts';
import { FeatureSpec, type FeatureStepSpec } from './feature-spec.ts';
import { fitChain } from './fit-chain.ts';
import { invertChain, invertPipeline } from './invert-chain.ts';

type Step = { type: FeatureStepSpec['type'] } & Record<string, unknown>;
const numbers = (...values: number[]): ColumnData => ({ type: 'number', values: Float64Array.from(values) });
const words = (...values: (string | null)[]): ColumnData => ({ type: 'category', values });

/** Through steps that were fitted to `train`, and back. */
function thereAndBack(steps: Step[], train: ColumnData, rows = train): unknown[] | null {
  const chain = fitChain(FeatureSpec.parse({ column: 'x', steps }), train);
  const back = invertChain(chain, applyChain(chain, rows));
  return back && [...(back.values as ArrayLike<string | number | null> & Iterable<string | number | null>)];
}

describe('numbers come back', () => {
  const column = fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 2, maxLength: 40 });
  /** Per unit of the column's largest value: float32 has 24 bits. */
  it.each<[string, Step[], number]>([
    ['none', [], 2 ** -24],
    ['standardise', [{ type: 'standardise' }], 2 ** -21],
    ['minmax', [{ type: 'minmax' }], 2 ** -22],
    ['robust', [{ type: 'robust' }], 2 ** -22],
    // one ulp of float32 at 25, the standardised logarithm's scale, moves x by its 400,000th part
    ['log', [{ type: 'log' }], 2 ** -18],
    ['log, standardise', [{ type: 'log' }, { type: 'standardise' }], 2 ** -17],
    // 2⁻²⁴ of all shares is 2⁻¹⁷ of the hundredth between two known ones
    ['quantile', [{ type: 'quantile' }], 2 ** -15],
    [
      'impute, clip, minmax',
      [{ type: 'impute', strategy: 'mean' }, { type: 'clip', quantiles: [0, 1] }, { type: 'minmax' }],
      2 ** -21,
    ],
  ])('%s', (_, steps, tolerance) => {
    fc.assert(
      fc.property(column, fc.constantFrom(1, 7, 1000), (values, divisor) => {
        const given = values.map((value) => value / divisor);
        const back = thereAndBack(steps, numbers(...given)) as number[];
        const largest = Math.max(...given.map(Math.abs), 1);
        const furthest = Math.max(...given.map((value, i) => Math.abs(value - back[i]!)));
        expect(furthest).toBeLessThanOrEqual(tolerance * largest);
      }),
    );
  });

  it('at the bounds where they were beyond, and as what was filled in', () => {
    expect(thereAndBack([{ type: 'clip', least: 0, most: 2 }], numbers(-5, 1, 9))).toEqual([0, 1, 2]);
    const filled = [{ type: 'impute', strategy: 'median' } as const, { type: 'standardise' } as const];
    const back = thereAndBack(filled, numbers(1, Number.NaN, 5));
    expect(back).toEqual([1, 3, 5].map((x) => expect.closeTo(x, 6)));
    // beyond the rows that were seen all shares are 0 or 1
    expect(thereAndBack([{ type: 'quantile' }], numbers(1, 2, 3), numbers(-7, 9))).toEqual([1, 3]);
  });

  it('as the interval that they fell in', () => {
    const bins = { type: 'bin', bins: 3, strategy: 'width' } as const;
    const told = ['up to 2', 'above 2, up to 4', 'above 4'];
    expect(thereAndBack([bins], numbers(0, 6), numbers(1, 3, 99))).toEqual(told);
    expect(thereAndBack([{ ...bins, output: 'place' }], numbers(0, 6), numbers(1, 3, 99))).toEqual(told);
    expect(thereAndBack([bins], numbers(5, 5))).toEqual(['any', 'any']);
  });
});

describe('categories come back exactly', () => {
  const column = fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 40 });
  it.each<Step['type']>(['onehot', 'ordinal'])('%s', (type) => {
    fc.assert(
      fc.property(column, (values) => {
        expect(thereAndBack([{ type }], words(...values))).toEqual(values);
      }),
    );
  });

  it('and those that no training row had do not', () => {
    for (const type of ['onehot', 'ordinal'] as const)
      expect(thereAndBack([{ type }], words('a', 'b'), words('b', 'c'))).toEqual(['b', null]);
    expect(thereAndBack([{ type: 'ordinal' }], numbers(30, 7), numbers(7, 30, 8))).toEqual(['7', '30', null]);
  });
});

describe('dates come back as days', () => {
  it('where days are told', () => {
    const day = fc.integer({ min: -719_162, max: 2_932_896 }); // 0001-01-01 to 9999-12-31
    fc.assert(
      fc.property(day, (days) => {
        const text = dateOf(days)!;
        expect(text).toBe(new Date(days * 86_400_000).toISOString().slice(0, 10));
        expect(parseDate(text)!.days).toBe(days);
      }),
    );
    const century = fc.array(fc.integer({ min: 0, max: 36_525 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(century, (days) => {
        const dates = days.map((one) => dateOf(one)!);
        expect(thereAndBack([{ type: 'date' }], words(...dates))).toEqual(dates);
      }),
    );
    expect([dateOf(-719_163), dateOf(2_932_897)]).toEqual([null, null]);
  });

  it('and not at all where they are not', () => {
    expect(thereAndBack([{ type: 'date', parts: ['month'] }], words('2026-11-24'))).toEqual([null]);
  });
});

describe('texts', () => {
  it('come back as the terms that weigh most', () => {
    const steps: Step[] = [{ type: 'tfidf', minCount: 1 }];
    const train = words('red red wine', 'white wine', 'wine');
    // wine is in all of them and weighs 1, white 1 + ln 2, red twice that
    expect(thereAndBack(steps, train, words('red red wine', 'white wine', 'beer'))).toEqual([
      'red, wine',
      'white, wine',
      null,
    ]);
  });
});

it('what cannot be undone is left out, what can has its place in the row', () => {
  const columns = new Map<string, ColumnData>([
    ['age', numbers(10, 20, 30, 40)],
    ['city', words('x', 'y', 'x', 'x')],
    ['label', words('a', 'b', 'a', 'b')],
  ]);
  const features = [
    { column: 'city', steps: [{ type: 'onehot' as const }] },
    {
      column: 'city',
      name: 'bucket',
      steps: [{ type: 'hash' as const, buckets: 3, output: 'onehot' as const }],
    },
    { column: 'age', name: 'a share', steps: [{ type: 'minmax' as const }] },
  ];
  const spec = { task: 'classification' as const, target: 'label', features };
  const fitted = fitPipeline(spec, { rows: 4, columns }, Uint32Array.of(0, 1, 2, 3));
  // a mean of rows: two of three in y
  const found = invertPipeline(fitted, Float32Array.of(1 / 3, 2 / 3, 0, 0.5, 0.5, 0.25));
  expect(Object.fromEntries(found)).toEqual({ city: words('y'), 'a share': numbers(17.5) });
});

it('the exponential function agrees with the engine’s', () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
      expect(Math.abs(exactExp(x) / Math.exp(x) - 1)).toBeLessThan(1e-13);
    }),
    { numRuns: 1000 },
  );
  expect([exactExp(0), exactExp(-800), exactExp(800)]).toEqual([1, 0, Number.POSITIVE_INFINITY]);
});

/** The steps of tables: values worked out by hand, refusals, and properties that hold for any column. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnData } from '../data/table.ts';
import { fitPipeline } from '../tasks/fit-pipeline.ts';
import { applyPipeline } from './apply-pipeline.ts';
import { parseDate } from './calendar.ts';
import { applyChain } from './chain.ts';
import { exactCos, exactSin } from './exact-trigonometry.ts';
import { FeatureSpec } from './feature-spec.ts';
import { fitChain } from './fit-chain.ts';
import { FittedPipeline } from './fitted-pipeline.ts';
import { parseInstances } from './parse-instances.ts';

const numbers = (...values: number[]): ColumnData => ({ type: 'number', values: Float64Array.from(values) });
const words = (...values: (string | null)[]): ColumnData => ({ type: 'category', values });

/** Fitted to `train`, applied to `rows`, all numbers in a row. */
function through(steps: object[], train: ColumnData, rows = train): number[] {
  const spec = FeatureSpec.parse({ column: 'x', steps });
  return [...applyChain(fitChain(spec, train), rows).data];
}
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 6));

describe('steps for numbers', () => {
  it('robust: by median and quartiles', () => {
    // quartiles of 1, 2, 3, 4, 100: 2 and 4
    expect(through([{ type: 'robust' }], numbers(1, 2, 3, 4, 100))).toEqual(close([-1, -0.5, 0, 0.5, 48.5]));
    expect(through([{ type: 'robust' }], numbers(7, 7, 7))).toEqual([0, 0, 0]);
  });

  it('log: mirrored', () => {
    const [a, b] = [Math.log(2), Math.log(1001)];
    expect(through([{ type: 'log' }], numbers(1, -1, 0, 1000))).toEqual(close([a, -a, 0, b]));
  });

  it('clip: at given bounds, or at quantiles', () => {
    const given = [{ type: 'clip', least: 0, most: 2 }];
    expect(through(given, numbers(-5, 1, 9))).toEqual([0, 1, 2]);
    const learnt = [{ type: 'clip', quantiles: [0.25, 0.75] }];
    expect(through(learnt, numbers(0, 10, 20, 30, 40), numbers(-100, 15, 100))).toEqual([10, 15, 30]);
    expect(FeatureSpec.safeParse({ column: 'x', steps: [{ type: 'clip', least: 3, most: 2 }] }).success).toBe(
      false,
    );
  });

  it('bin: of equal width, or of equal numbers', () => {
    const width = { type: 'bin', bins: 4, strategy: 'width', output: 'place' };
    expect(through([width], numbers(0, 8), numbers(-1, 2, 2.1, 4.5, 99))).toEqual([0, 0, 1, 2, 3]);
    const equal = { type: 'bin', bins: 2, strategy: 'quantiles' };
    expect(through([equal], numbers(1, 2, 3, 4, 500))).toEqual([1, 0, 1, 0, 1, 0, 0, 1, 0, 1]);
    // two of three quantiles fall together
    expect(through([{ ...equal, bins: 4, output: 'place' }], numbers(1, 1, 1, 1, 2))).toEqual([
      0, 0, 0, 0, 1,
    ]);
  });

  it('quantile: the share below', () => {
    const step = { type: 'quantile', quantiles: 5 };
    expect(through([step], numbers(0, 1, 2, 3, 100), numbers(-9, 0.5, 2, 51.5, 999))).toEqual(
      close([0, 0.125, 0.5, 0.875, 1]),
    );
    // half-way through those that are equal
    expect(through([step], numbers(0, 5, 5, 5, 9), numbers(5))).toEqual([0.5]);
  });

  it('missing and out of range: what is not there is told apart', () => {
    expect(through([{ type: 'missing' }], numbers(1, Number.NaN))).toEqual([0, 1]);
    expect(through([{ type: 'missing' }], words('a', null))).toEqual([0, 1]);
    const steps = [{ type: 'impute', strategy: 'out-of-range' }];
    expect(through(steps, numbers(10, Number.NaN, 14))).toEqual([10, 5, 14]);
    expect(() => through([...steps, { type: 'onehot' }], words('a', null))).toThrow(
      /"out-of-range" needs numbers/,
    );
  });

  it('follow one another', () => {
    const steps = [
      { type: 'impute', strategy: 'constant', value: 0 },
      { type: 'clip', least: 0, most: 1000 },
      { type: 'log' },
      { type: 'minmax' },
    ];
    expect(through(steps, numbers(Number.NaN, -4, 1000, 1e9))).toEqual(close([0, 0, 1, 1]));
  });

  it('keep order, whatever the column', () => {
    const ordered = [
      { type: 'robust' },
      { type: 'quantile' },
      { type: 'bin', output: 'place' },
      { type: 'bin', strategy: 'width', output: 'place' },
    ];
    const column = fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(column, fc.constantFrom(...ordered), (values, step) => {
        const sorted = Float64Array.from(values, (value) => value / 7).sort();
        const out = through([step], { type: 'number', values: sorted });
        expect(out.every((value, i) => i === 0 || value >= out[i - 1]!)).toBe(true);
      }),
    );
  });
});

describe('steps for categories', () => {
  it('ordinal: by the alphabet or a given order, and one past the last for the unknown', () => {
    expect(through([{ type: 'ordinal' }], words('b', 'a', 'c'), words('a', 'c', 'zz'))).toEqual([0, 2, 3]);
    const order = { type: 'ordinal', order: ['low', 'mid', 'high'] };
    expect(through([order], words('high', 'low'))).toEqual([2, 0]);
    expect(() => through([order], words('high', 'odd'))).toThrow(/"odd" is not in the "order"/);
  });

  it('frequency: the share of rows', () => {
    expect(through([{ type: 'frequency' }], words('a', 'b', 'a', 'a'), words('a', 'b', 'c'))).toEqual(
      close([0.75, 0.25, 0]),
    );
  });

  it('hash: by FNV-1a', () => {
    // fnv1a('') = 0x811c9dc5, fnv1a('a') = 0xe40c292c, fnv1a('foobar') = 0xbf9cf968: the algorithm's published values
    const step = { type: 'hash', buckets: 1000, output: 'place' };
    expect(through([step], words('a', 'foobar'))).toEqual([0xe40c292c % 1000, 0xbf9cf968 % 1000]);
    expect(through([{ type: 'hash', buckets: 2 }], words('a', '猫')).reduce((a, b) => a + b)).toBe(2);
  });

  it('target: the mean, drawn to the mean of all; a training row does not read its own answer', () => {
    const columns = new Map<string, ColumnData>([
      ['city', words('x', 'x', 'y', 'y', 'x', 'x')],
      ['label', words('no', 'yes', 'no', 'no', 'yes', 'yes')],
    ]);
    const table = { rows: 6, columns };
    const features = [{ column: 'city', steps: [{ type: 'target' as const, smoothing: 2 }] }];
    const spec = { task: 'classification' as const, target: 'label', features };
    const fitted = FittedPipeline.parse(fitPipeline(spec, table, Uint32Array.from([0, 1, 2, 3, 4, 5])));
    // mean 1/2; of x (3 + 2 · 1/2) ÷ (4 + 2), of y (0 + 1) ÷ (2 + 2)
    const asked = { rows: 3, columns: new Map([['city', words('x', 'y', 'new')]]) };
    expect([...applyPipeline(fitted, asked).data]).toEqual(close([4 / 6, 1 / 4, 1 / 2]));
    // rows 0 and 5 are of fold 0: the others are 1, 0, 0, 1, of which x has 1 and 1
    const [first] = applyPipeline(fitted, table, Uint32Array.of(0), () => 0).data;
    expect(first).toBeCloseTo((2 + 2 * 0.5) / (2 + 2), 6);
    expect(() =>
      fitPipeline(
        { ...spec, target: 'city', features: [{ ...features[0]!, column: 'label' }] },
        {
          rows: 6,
          columns: new Map([...columns, ['city', words('x', 'y', 'z', 'x', 'y', 'z')]]),
        },
        Uint32Array.from([0, 1, 2, 3, 4, 5]),
      ),
    ).toThrow(/"target" is for numbers and two classes, and there are 3/);
  });
});

describe('dates', () => {
  it.each([
    ['1970-01-01', 0],
    ['2000-02-29', 11_016],
    ['1969-12-31', -1],
    ['2026-11-24', 20_781],
    ['1970-01-02T12:00', 1.5],
    ['1970-01-01T01:00+01:00', 0],
    ['1949-01', -7670],
  ])('%s is day %d', (text, days) => {
    expect(parseDate(text)!.days).toBe(days);
  });
  it.each(['2025-02-29', '2026-13-01', '2026-00-10', '24.11.2026', '', '2026-11-24T25:00', '2026'])(
    '"%s" is none',
    (text) => {
      expect(parseDate(text)).toBeNull();
    },
  );

  it('agree with the engine’s calendar on any day', () => {
    fc.assert(
      fc.property(fc.integer({ min: -200_000, max: 200_000 }), (day) => {
        const text = new Date(day * 86_400_000).toISOString().slice(0, 10);
        fc.pre(/^\d{4}-/.test(text));
        expect(parseDate(text)!.days).toBe(day);
      }),
    );
  });

  it('become parts and places on cycles', () => {
    const parts = ['year', 'month', 'day', 'day-of-year', 'weekday', 'weekend', 'hour', 'minute', 'days'];
    const step = { type: 'date', parts, cycles: ['weekday', 'hour'] };
    // a Saturday
    const out = through([step], words('2024-03-02T18:30', '2024-03-12T18:30'), words('2024-03-02T18:30'));
    const [week, day] = [(2 * Math.PI * 5) / 7, (2 * Math.PI * 18.5) / 24];
    const cycles = [Math.sin(week), Math.cos(week), Math.sin(day), Math.cos(day)];
    expect(out).toEqual(close([2024, 3, 2, 62, 5, 1, 18, 30, 0, ...cycles]));
    expect(() => through([step], words('2024-03-02', 'soon'))).toThrow(
      /column "x": "soon" is no date; expected/,
    );
  });

  it('sine and cosine of turns', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (part) => {
        expect(Math.abs(exactSin(part) - Math.sin(2 * Math.PI * part))).toBeLessThan(1e-14);
        expect(Math.abs(exactCos(part) - Math.cos(2 * Math.PI * part))).toBeLessThan(1e-14);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('several features of one column', () => {
  const table = {
    rows: 4,
    columns: new Map<string, ColumnData>([
      ['when', words('2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04')],
      ['age', numbers(1, Number.NaN, 3, 5)],
      ['label', words('a', 'b', 'a', 'b')],
    ]),
  };
  const features = [
    { column: 'age', steps: [{ type: 'impute' as const, strategy: 'median' as const }] },
    { column: 'age', name: 'age known', steps: [{ type: 'missing' as const }] },
  ];
  const spec = { task: 'classification' as const, target: 'label', features };
  const fitted = fitPipeline(spec, table, Uint32Array.of(0, 1, 2, 3));

  it('lie side by side, and ask for the column once', () => {
    expect([...applyPipeline(fitted, table).data]).toEqual([1, 0, 3, 1, 3, 0, 5, 0]);
    expect(fitted.inputs).toMatchObject([{ name: 'age', type: 'number', optional: true }]);
    const asked = parseInstances(fitted, [{ age: null }]);
    expect([...applyPipeline(fitted, asked).data]).toEqual([3, 1]);
  });

  it('need a value where one of them does', () => {
    const whole = new Map(table.columns).set('age', numbers(1, 2, 3, 5));
    const needing = { ...spec, features: [{ column: 'age', steps: [] }, features[1]!] };
    const { inputs } = fitPipeline(needing, { rows: 4, columns: whole }, Uint32Array.of(0, 1, 2, 3));
    expect(inputs).toMatchObject([{ name: 'age', optional: false }]);
  });
});

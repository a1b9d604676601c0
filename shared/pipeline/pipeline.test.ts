/** Fit and apply against hand-worked values, golden bytes, and made-up tables. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnData, Table } from '../data/table.ts';
import { AppError } from '../errors.ts';
import { fitPipeline } from '../tasks/fit-pipeline.ts';
import { outputTask } from '../tasks/list.ts';
import { applyPipeline } from './apply-pipeline.ts';
import type { FeatureStepSpec } from './feature-spec.ts';
import { FittedPipeline } from './fitted-pipeline.ts';
import { GOLDEN, goldenBytes } from './golden-for-tests.ts';
import { STEPS } from './steps/list.ts';

const numbers = (...values: number[]): ColumnData => ({ type: 'number', values: Float64Array.from(values) });
const categories = (...values: (string | null)[]): ColumnData => ({ type: 'category', values });
const applyTarget = (fitted: FittedPipeline, table: Table, rows: Uint32Array) =>
  outputTask(fitted.output.task).encode(fitted, table, rows, [])!.data;
const allRows = (table: Table): Uint32Array => Uint32Array.from({ length: table.rows }, (_, i) => i);
const y = numbers(1, 2, 3, 4);

/** One column through one chain, fitted to all rows. */
function features(column: ColumnData, ...steps: FeatureStepSpec[]): number[] {
  const rows = column.values.length;
  const target = numbers(...Array.from({ length: rows }, (_, i) => i));
  const table: Table = {
    rows,
    columns: new Map([
      ['x', column],
      ['y', target],
    ]),
  };
  const spec = { task: 'regression', target: 'y', features: [{ column: 'x', steps }] } as const;
  return [...applyPipeline(fitPipeline(spec, table, allRows(table)), table).data];
}

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing thrown';
}

describe('golden bytes', () => {
  it.each(GOLDEN)('$name', (golden) => {
    expect(goldenBytes(golden)).toBe(golden.bytes);
  });

  it('every step is among them', () => {
    const used = new Set(
      GOLDEN.flatMap(({ spec }) => spec.features.flatMap(({ steps }) => steps.map(({ type }) => type))),
    );
    expect(STEPS.filter(({ type }) => !used.has(type)).map(({ type }) => type)).toEqual([]);
  });
});

describe('steps', () => {
  it('standardise: (x − 5) ÷ 2 for 2 4 4 4 5 5 7 9; a constant column is 0', () => {
    expect(features(numbers(2, 4, 4, 4, 5, 5, 7, 9), { type: 'standardise' })).toEqual([
      -1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2,
    ]);
    expect(features(numbers(3, 3, 3), { type: 'standardise' })).toEqual([0, 0, 0]);
  });

  it('minmax: 10 … 30 to 0 … 1', () => {
    expect(features(numbers(10, 15, 30), { type: 'minmax' })).toEqual([0, 0.25, 1]);
  });

  it('impute: mean, median, mode and constant', () => {
    const column = numbers(1, Number.NaN, 2, 2, 7);
    expect(features(column, { type: 'impute', strategy: 'mean' })).toEqual([1, 3, 2, 2, 7]);
    expect(features(column, { type: 'impute', strategy: 'median' })).toEqual([1, 2, 2, 2, 7]);
    expect(features(numbers(1, Number.NaN, 7, 7), { type: 'impute', strategy: 'mode' })).toEqual([
      1, 7, 7, 7,
    ]);
    expect(features(column, { type: 'impute', strategy: 'constant', value: -1 })).toEqual([1, -1, 2, 2, 7]);
  });

  it('onehot orders categories by code unit', () => {
    expect(features(categories('b', 'a', 'B'), { type: 'onehot' })).toEqual([0, 0, 1, 0, 1, 0, 1, 0, 0]);
    expect(
      features(categories('b', null, 'b'), { type: 'impute', strategy: 'mode' }, { type: 'onehot' }),
    ).toEqual([1, 1, 1]);
  });

  it('image: half-pixel bilinear; grey repeated to colour', () => {
    const picture = { width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 255) } as const;
    const column: ColumnData = { type: 'image', values: [picture, picture] };
    const to = (width: number, channels: 1 | 3): FeatureStepSpec => ({
      type: 'image',
      height: 1,
      width,
      channels,
      scale: 'zero-one',
    });
    expect(features(column, to(4, 1)).slice(0, 4)).toEqual([0, 0.25, 0.75, 1]);
    expect(features(column, to(1, 3)).slice(0, 3)).toEqual([0.5, 0.5, 0.5]);
    expect(features(column, to(2, 1)).slice(0, 2)).toEqual([0, 1]);
  });

  it('image: one that has its size keeps its pixels, scaled', () => {
    const picture = {
      width: 2,
      height: 1,
      channels: 3,
      data: Uint8Array.of(0, 255, 51, 102, 204, 153),
    } as const;
    const step = { type: 'image', height: 1, width: 2, channels: 3, scale: 'minus-one-one' } as const;
    const expected = [-1, 1, -0.6, -0.2, 0.6, 0.2].map((x) => expect.closeTo(x, 6));
    expect(features({ type: 'image', values: [picture, picture] }, step).slice(0, 6)).toEqual(expected);
  });
});

describe('fitPipeline', () => {
  const table: Table = {
    rows: 4,
    columns: new Map([
      ['n', numbers(0, 2, 100, Number.NaN)],
      ['c', categories('p', 'q', 'r', 'p')],
      ['y', y],
      ['label', categories('no', 'yes', 'no', 'yes')],
    ]),
  };
  const spec = {
    task: 'classification',
    target: 'label',
    features: [
      { column: 'n', steps: [{ type: 'impute', strategy: 'mean' }, { type: 'minmax' }] },
      { column: 'c', steps: [{ type: 'onehot' }] },
    ],
  } as const satisfies Parameters<typeof fitPipeline>[0];
  const mutable = structuredClone(spec) as Parameters<typeof fitPipeline>[0];

  it('learns from the training rows alone, and survives JSON', () => {
    const fitted = fitPipeline(mutable, table, Uint32Array.of(0, 1));
    expect(fitted.features.map(({ steps }) => steps.map(({ state }) => state))).toEqual([
      [{ value: 1 }, { min: 0, range: 2 }],
      [{ categories: ['p', 'q'] }],
    ]);
    expect(fitted.inputs).toEqual([
      { type: 'number', name: 'n', optional: true, min: 0, max: 2, example: 1 },
      { type: 'category', name: 'c', optional: false, categories: ['p', 'q'], example: 'p' },
    ]);
    expect(fitted.output).toEqual({ task: 'classification', target: 'label', classes: ['no', 'yes'] });
    expect(FittedPipeline.parse(JSON.parse(JSON.stringify(fitted)))).toEqual(fitted);
    const { shape, data } = applyPipeline(fitted, table, Uint32Array.of(3, 2));
    expect(shape).toEqual([3]);
    expect([...data]).toEqual([0.5, 1, 0, 50, 0, 0]); // a category not seen in training is all zeros
    expect([...applyTarget(fitted, table, Uint32Array.of(1, 2))]).toEqual([1, 0]);
  });

  it('standardises a regression target: mean 2.5, variance 1.25', () => {
    const fitted = fitPipeline({ ...mutable, task: 'regression', target: 'y' }, table, allRows(table));
    expect(fitted.targetState).toEqual({ mean: 2.5, std: Math.sqrt(1.25) });
    expect(applyTarget(fitted, table, Uint32Array.of(3))[0]).toBe(Math.fround(1.5 / Math.sqrt(1.25)));
  });

  it('refuses a state that does not fit its step', () => {
    const fitted = JSON.parse(JSON.stringify(fitPipeline(mutable, table, allRows(table))));
    fitted.features[1].steps[0].state = { categories: [1] };
    expect(FittedPipeline.safeParse(fitted).success).toBe(false);
  });

  it.each([
    [{ column: 'c', steps: [] }, /invalid_pipeline: column "c": .*onehot/],
    [
      { column: 'c', steps: [{ type: 'standardise' }] },
      /"c": the step "standardise" takes number, not category/,
    ],
    [
      { column: 'n', steps: [{ type: 'standardise' }] },
      /invalid_data: column "n": it has missing values.*impute/,
    ],
    [{ column: 'nope', steps: [] }, /the data has no column "nope"/],
    [
      { column: 'c', steps: [{ type: 'impute', strategy: 'mean' }, { type: 'onehot' }] },
      /impute "mean" needs numbers/,
    ],
  ] as const)('refuses %j', (feature, message) => {
    const features = [structuredClone<unknown>(feature) as (typeof mutable)['features'][0]];
    expect(messageOf(() => fitPipeline({ ...mutable, features }, table, allRows(table)))).toMatch(message);
  });

  it('refuses a class that no training row has, and a value too large for float32', () => {
    const fitted = fitPipeline(mutable, table, Uint32Array.of(0, 1));
    const odd = new Map(table.columns).set('label', categories('maybe', 'no', 'no', 'no'));
    expect(messageOf(() => applyTarget(fitted, { rows: 4, columns: odd }, Uint32Array.of(0)))).toMatch(
      /"maybe"/,
    );
    const huge = new Map(table.columns).set('n', numbers(1e300, 0, 0, 0));
    expect(messageOf(() => applyPipeline(fitted, { rows: 4, columns: huge }))).toMatch(
      /"n": the value 1e\+300 is too/,
    );
  });

  it('gives finite features or an AppError for any finite column', () => {
    const value = fc.option(fc.double({ noDefaultInfinity: true, noNaN: true }), { nil: Number.NaN });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 12 }), fc.boolean(), (values, scale) => {
        const steps = [
          { type: 'impute', strategy: 'mean' },
          { type: scale ? 'standardise' : 'minmax' },
        ] as const;
        try {
          expect(features(numbers(...values), ...steps).every(Number.isFinite)).toBe(true);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
        }
      }),
    );
  });
});

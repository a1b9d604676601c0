/** Features that look back: what each row sees, in training and when asked. Values worked out by hand. */
import { describe, expect, it } from 'vitest';
import type { ColumnData } from '../data/table.ts';
import { fitPipeline } from '../tasks/fit-pipeline.ts';
import { applyPipeline } from './apply-pipeline.ts';
import { FeatureSpec } from './feature-spec.ts';
import { FittedPipeline } from './fitted-pipeline.ts';
import { withHistories } from './histories.ts';
import { parseInstances } from './parse-instances.ts';

const sales = [1, 2, 4, 8, 16, 32];
const table = {
  rows: 6,
  columns: new Map<string, ColumnData>([['sales', { type: 'number', values: Float64Array.from(sales) }]]),
};
const fit = (...features: object[]) => {
  const spec = {
    task: 'regression' as const,
    target: 'sales',
    features: features.map((f) => FeatureSpec.parse(f)),
  };
  const series = withHistories(table, spec.features);
  const all = Uint32Array.from({ length: series.rows }, (_, row) => row);
  return { series, fitted: FittedPipeline.parse(JSON.parse(JSON.stringify(fitPipeline(spec, series, all)))) };
};
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 5));

describe('histories', () => {
  it('end before the row itself, and the first rows, which have none, are left out', () => {
    const { series } = fit({ column: 'sales', history: 2, steps: [{ type: 'lags', lags: [1] }] });
    expect(series.rows).toBe(4);
    expect([...(series.columns.get('sales')!.values as Float64Array)]).toEqual([4, 8, 16, 32]);
    const seen = series.histories!.get('sales')!.values.map((values) => [...values]);
    expect(seen).toEqual([
      [1, 2],
      [2, 4],
      [4, 8],
      [8, 16],
    ]);
  });

  it('are asked for by name, and more values than are needed do no harm', () => {
    const { fitted } = fit({ column: 'sales', history: 2, steps: [{ type: 'lags', lags: [2, 1] }] });
    expect(fitted.inputs).toEqual([{ type: 'series', name: 'sales_history', length: 2, example: [1, 2] }]);
    // the latest of each training row: 2, 4, 8, 16, of mean 7.5 and deviation √(115 ÷ 4)
    const std = Math.sqrt((5.5 ** 2 + 3.5 ** 2 + 0.5 ** 2 + 8.5 ** 2) / 4);
    const asked = parseInstances(fitted, [{ sales_history: [999, 16, 32] }]);
    expect([...applyPipeline(fitted, asked).data]).toEqual(close([(16 - 7.5) / std, (32 - 7.5) / std]));
  });

  it.each([[[1]], ['1, 2'], [[1, 'two']], [[1, Number.NaN]], [undefined]])('refuse %j', (value) => {
    const { fitted } = fit({ column: 'sales', history: 2, steps: [{ type: 'lags', lags: [1] }] });
    expect(() => parseInstances(fitted, [{ sales_history: value }])).toThrow(
      /instances\[0\], feature "sales_history" .*; expected an array of the latest 2 values, finite numbers, the oldest first/,
    );
  });

  it('differ in length from feature to feature of one column', () => {
    const { fitted, series } = fit(
      { column: 'sales', history: 3, steps: [{ type: 'windows', sizes: [3], statistics: ['min', 'max'] }] },
      { column: 'sales', name: 'growth', history: 2, steps: [{ type: 'differences', over: [1] }] },
    );
    expect(fitted.inputs).toMatchObject([{ name: 'sales_history', length: 3 }]);
    const [std] = fitted.features.map(({ steps }) => (steps[0]!.state as { std: number }).std);
    const mean = (4 + 8 + 16) / 3;
    const first = [...applyPipeline(fitted, series).data].slice(0, 3);
    expect(first).toEqual(close([(1 - mean) / std!, (4 - mean) / std!, 2 / std!]));
  });

  it('refuse gaps, and to look back further than there is', () => {
    const gap = new Map([['sales', { type: 'number' as const, values: Float64Array.of(1, Number.NaN, 3) }]]);
    const feature = (history: number, lag: number) =>
      FeatureSpec.parse({ column: 'sales', history, steps: [{ type: 'lags', lags: [lag] }] });
    expect(() => withHistories({ rows: 3, columns: gap }, [feature(1, 1)])).toThrow(
      /no value in row 2, and a history/,
    );
    expect(() => withHistories(table, [feature(6, 1)])).toThrow(/looks back 6 rows, and the data has 6/);
    expect(() => fit({ column: 'sales', history: 2, steps: [{ type: 'lags', lags: [3] }] })).toThrow(
      /"lags" looks back 3 rows, and the feature's "history" is 2/,
    );
  });
});

/** Values of earlier rows: 1 is the row before, 12 the one a year before in months. On the column's own scale, mean 0 and deviation 1. */

import type { SeriesColumn } from '../../data/table.ts';
import { AppError } from '../../errors.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { type SeriesScale, scaleOf, seriesScale } from '../series-scale.ts';
import type { FeatureStep } from '../step.ts';

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('lags'),
    /** Rows back. */
    lags: z.array(z.int().min(1).max(10_000)).min(1).max(1000),
  });
type Params = Made<typeof params>;

export const lags = {
  type: 'lags',
  summary: 'Values of earlier rows.',
  accepts: ['series'],
  gives: 'floats',
  shape: ({ lags }) => [lags.length],
  takesMissing: false,
  params,
  state: seriesScale,
  fit(series, { lags }) {
    requireHistory(series, Math.max(...lags), 'lags');
    return scaleOf(series);
  },
  apply({ values }, { lags }, { mean, std }) {
    const data = new Float32Array(values.length * lags.length);
    values.forEach((history, row) => {
      lags.forEach((lag, i) => {
        data[row * lags.length + i] = (history[history.length - lag]! - mean) / std;
      });
    });
    return { type: 'floats', shape: [lags.length], data };
  },
  python: ({ lags }, { mean, std }) => `(x[:, [${lags.map((lag) => -lag).join(', ')}]] - ${mean}) / ${std}`,
  typescript: ({ lags }, { mean, std }) => `lags(${JSON.stringify(lags)}, ${mean}, ${std})`,
} as const satisfies FeatureStep<Params, SeriesScale, SeriesColumn>;

/** Throws AppError `invalid_pipeline` where a step looks back further than its feature's history. */
export function requireHistory({ values }: SeriesColumn, rows: number, step: string): void {
  const length = values[0]?.length ?? 0;
  if (rows <= length) return;
  throw new AppError(
    'invalid_pipeline',
    `the step "${step}" looks back ${rows} rows, and the feature's "history" is ${length}; make that ${rows}`,
  );
}

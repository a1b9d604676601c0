/** How much the latest value is above one further back: 1 is the row before it. In units of the column's deviation. */

import type { SeriesColumn } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { type SeriesScale, scaleOf, seriesScale } from '../series-scale.ts';
import type { FeatureStep } from '../step.ts';
import { requireHistory } from './lags.ts';

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('differences'),
    /** Rows between the two. */
    over: z.array(z.int().min(1).max(9_999)).min(1).max(1000),
  });
type Params = Made<typeof params>;

export const differences = {
  type: 'differences',
  summary: 'By how much the latest value differs from earlier ones.',
  accepts: ['series'],
  gives: 'floats',
  shape: ({ over }) => [over.length],
  takesMissing: false,
  params,
  state: seriesScale,
  fit(series, { over }) {
    requireHistory(series, Math.max(...over) + 1, 'differences');
    return scaleOf(series);
  },
  apply({ values }, { over }, { std }) {
    const data = new Float32Array(values.length * over.length);
    values.forEach((history, row) => {
      const last = history.length - 1;
      over.forEach((rows, i) => {
        data[row * over.length + i] = (history[last]! - history[last - rows]!) / std;
      });
    });
    return { type: 'floats', shape: [over.length], data };
  },
  python: ({ over }, { std }) => `(x[:, -1:] - x[:, [${over.map((rows) => -1 - rows).join(', ')}]]) / ${std}`,
  typescript: ({ over }, { std }) => `differences(${JSON.stringify(over)}, ${std})`,
} as const satisfies FeatureStep<Params, SeriesScale, SeriesColumn>;

/** Statistics over the latest rows: their mean, least, most and deviation. On the column's own scale. */

import type { SeriesColumn } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { type SeriesScale, scaleOf, seriesScale } from '../series-scale.ts';
import { extent, mean, standardDeviation } from '../statistics.ts';
import type { FeatureStep } from '../step.ts';
import { requireHistory } from './lags.ts';

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('windows'),
    /** Rows in each window. */
    sizes: z.array(z.int().min(2).max(10_000)).min(1).max(100),
    statistics: z
      .array(z.enum(['mean', 'min', 'max', 'std']))
      .min(1)
      .max(4)
      .default(['mean', 'std']),
  });
type Params = Made<typeof params>;

export const windows = {
  type: 'windows',
  summary: 'Mean, least, most and deviation of the latest rows.',
  accepts: ['series'],
  gives: 'floats',
  shape: ({ sizes, statistics }) => [sizes.length * statistics.length],
  takesMissing: false,
  params,
  state: seriesScale,
  fit(series, { sizes }) {
    requireHistory(series, Math.max(...sizes), 'windows');
    return scaleOf(series);
  },
  apply({ values }, { sizes, statistics }, scale) {
    const width = sizes.length * statistics.length;
    const data = new Float32Array(values.length * width);
    values.forEach((history, row) => {
      let at = row * width;
      for (const size of sizes) {
        const window = history.subarray(history.length - size);
        const centre = mean(window);
        const known = { ...extent(window), mean: centre, std: standardDeviation(window, centre) };
        for (const name of statistics)
          data[at++] = (known[name] - (name === 'std' ? 0 : scale.mean)) / scale.std;
      }
    });
    return { type: 'floats', shape: [width], data };
  },
  python: ({ sizes, statistics }, { mean, std }) =>
    `statistics(x, ${JSON.stringify(sizes)}, ${JSON.stringify(statistics)}, ${mean}, ${std})`,
  typescript: ({ sizes, statistics }, { mean, std }) =>
    `statistics(${JSON.stringify(sizes)}, ${JSON.stringify(statistics)}, ${mean}, ${std})`,
} as const satisfies FeatureStep<Params, SeriesScale, SeriesColumn>;

/** The scale of a column, learnt from the histories of the training rows, each of which counts its latest value. */

import type { SeriesColumn } from '../data/table.ts';
import type { Made, Zod } from '../schema/zod.ts';
import { mean, standardDeviation } from './statistics.ts';

/** `std` is the divisor: 1 for a constant column. */
export const seriesScale = (z: Zod) => z.strictObject({ mean: z.number(), std: z.number().positive() });
export type SeriesScale = Made<typeof seriesScale>;

export function scaleOf({ values }: SeriesColumn): SeriesScale {
  const latest = Float64Array.from(values, (history) => history.at(-1)!);
  const centre = mean(latest);
  return { mean: centre, std: standardDeviation(latest, centre) || 1 };
}

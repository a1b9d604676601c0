/** (x − mean) ÷ standard deviation of the training rows; a constant column becomes 0. */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { mean, standardDeviation } from '../statistics.ts';
import type { FeatureStep, FloatBlock } from '../step.ts';

const params = (z: Zod) => z.strictObject({ type: z.literal('standardise') });
/** `std` is the divisor: 1 for a constant column. */
const state = (z: Zod) => z.strictObject({ mean: z.number(), std: z.number().positive() });

export const standardise = {
  type: 'standardise',
  summary: 'Shifts and scales numbers to mean 0 and standard deviation 1.',
  accepts: ['number'],
  gives: 'floats',
  takesMissing: false,
  params,
  state,
  fit({ values }) {
    const centre = mean(values);
    return { mean: centre, std: standardDeviation(values, centre) || 1 };
  },
  each:
    (_, { mean, std }) =>
    (x) =>
      (x - mean) / std,
  inverse: ({ data }: FloatBlock, _, { mean, std }) => ({
    type: 'number',
    values: Float64Array.from(data, (x) => x * std + mean),
  }),
  python: (_, { mean, std }) => `(x - ${mean}) / ${std}`,
  typescript: (_, { mean, std }) => `scale(${mean}, ${std})`,
} as const satisfies FeatureStep<
  Made<typeof params>,
  Made<typeof state>,
  Extract<ColumnData, { type: 'number' }>
>;

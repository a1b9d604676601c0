/** (x − median) ÷ the distance between the quartiles of the training rows: outliers have no say in the scale. */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { median, quantileOf } from '../statistics.ts';
import type { FeatureStep, FloatBlock } from '../step.ts';

const params = (z: Zod) => z.strictObject({ type: z.literal('robust') });
/** `range` is the divisor: 1 where the quartiles are one. */
const state = (z: Zod) => z.strictObject({ median: z.number(), range: z.number().positive() });

export const robust = {
  type: 'robust',
  summary: 'Shifts and scales numbers by their median and quartiles, whatever the outliers.',
  accepts: ['number'],
  gives: 'floats',
  takesMissing: false,
  params,
  state,
  fit({ values }) {
    const sorted = values.toSorted();
    const range = quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25);
    return { median: median(values), range: range > 0 ? range : 1 };
  },
  each:
    (_, { median, range }) =>
    (x) =>
      (x - median) / range,
  inverse: ({ data }: FloatBlock, _, { median, range }) => ({
    type: 'number',
    values: Float64Array.from(data, (x) => x * range + median),
  }),
  python: (_, { median, range }) => `(x - ${median}) / ${range}`,
  typescript: (_, { median, range }) => `scale(${median}, ${range})`,
} as const satisfies FeatureStep<
  Made<typeof params>,
  Made<typeof state>,
  Extract<ColumnData, { type: 'number' }>
>;

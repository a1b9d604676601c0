/** (x − min) ÷ (max − min) of the training rows: 0 to 1 there, and beyond for values outside; a constant column becomes 0. */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { extent } from '../statistics.ts';
import type { FeatureStep, FloatBlock } from '../step.ts';

const params = (z: Zod) => z.strictObject({ type: z.literal('minmax') });
/** `range` is the divisor: 1 for a constant column. */
const state = (z: Zod) => z.strictObject({ min: z.number(), range: z.number().positive() });

export const minmax = {
  type: 'minmax',
  summary: 'Scales numbers to 0 … 1.',
  accepts: ['number'],
  gives: 'floats',
  takesMissing: false,
  params,
  state,
  fit({ values }) {
    const { min, max } = extent(values);
    return { min, range: max - min || 1 };
  },
  each:
    (_, { min, range }) =>
    (x) =>
      (x - min) / range,
  inverse: ({ data }: FloatBlock, _, { min, range }) => ({
    type: 'number',
    values: Float64Array.from(data, (x) => x * range + min),
  }),
  python: (_, { min, range }) => `(x - ${min}) / ${range}`,
  typescript: (_, { min, range }) => `scale(${min}, ${range})`,
} as const satisfies FeatureStep<
  Made<typeof params>,
  Made<typeof state>,
  Extract<ColumnData, { type: 'number' }>
>;

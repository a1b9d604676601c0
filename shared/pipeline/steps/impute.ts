/** Fills missing values with one learnt from the training rows, or with a constant. */

import type { ColumnData } from '../../data/table.ts';
import { AppError } from '../../errors.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { extent, mean, median, mode } from '../statistics.ts';
import type { FeatureStep } from '../step.ts';

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('impute'),
    /** `out-of-range`: a number well below all others, which trees can tell from them. */
    strategy: z.enum(['mean', 'median', 'mode', 'constant', 'out-of-range']),
    /** With `constant`: a number for number columns, text for categories. */
    value: z.union([z.number(), z.string().max(200)]).optional(),
  });
type Params = Made<typeof params>;

const state = (z: Zod) => z.strictObject({ value: z.union([z.number(), z.string()]) });
type State = Made<typeof state>;

type Fillable = Extract<ColumnData, { type: 'number' | 'category' }>;

export const impute = {
  type: 'impute',
  summary: 'Fills missing values.',
  accepts: ['number', 'category'],
  gives: 'same',
  takesMissing: true,
  params,
  state,
  fit(value, { strategy, value: constant }) {
    if (strategy === 'constant') {
      const wanted = value.type === 'number' ? 'number' : 'string';
      if (typeof constant === wanted) return { value: constant as number | string };
      const given = constant === undefined ? 'none' : JSON.stringify(constant);
      throw new AppError('invalid_pipeline', `impute "constant" needs a ${wanted} as "value"; got ${given}`);
    }
    if (value.type === 'number') {
      const present = value.values.filter((x) => !Number.isNaN(x));
      requirePresent(present.length);
      if (strategy === 'out-of-range') {
        const { min, max } = extent(present);
        return { value: min - (max - min) - 1 };
      }
      return { value: { mean, median, mode }[strategy](present) };
    }
    if (strategy !== 'mode') {
      throw new AppError(
        'invalid_pipeline',
        `impute "${strategy}" needs numbers; for categories use "mode" or "constant"`,
      );
    }
    const present = value.values.filter((x) => x !== null);
    requirePresent(present.length);
    return { value: mode(present) };
  },
  each:
    (_, { value: fill }) =>
    (x) =>
      x === null || Number.isNaN(x) ? fill : x,
  /** What was filled in stays. */
  inverse: (value: Fillable) => value,
  python: (_, { value }) => `fill(x, ${JSON.stringify(value)})`,
  typescript: (_, { value }) => `fill(${JSON.stringify(value)})`,
} as const satisfies FeatureStep<Params, State, Fillable>;

function requirePresent(count: number): void {
  if (count > 0) return;
  throw new AppError(
    'invalid_data',
    'no training row has a value to impute from; leave the column out, or impute a constant',
  );
}

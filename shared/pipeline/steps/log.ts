/** sign(x) · ln(1 + |x|): brings numbers of very different sizes together, zero and negative ones too. */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { exactExp } from '../exact-exp.ts';
import { exactLog } from '../exact-log.ts';
import type { FeatureStep } from '../step.ts';

const params = (z: Zod) => z.strictObject({ type: z.literal('log') });
const state = (z: Zod) => z.null();

export const log = {
  type: 'log',
  summary: 'Takes the logarithm of 1 + x, mirrored for negative numbers.',
  accepts: ['number'],
  gives: 'number',
  takesMissing: false,
  params,
  state,
  fit: () => null,
  each: () => (x) => (x < 0 ? -exactLog(1 - x) : exactLog(1 + x)),
  inverse: ({ values }: Numbers) => ({
    type: 'number',
    values: values.map((y) => (y < 0 ? 1 - exactExp(-y) : exactExp(y) - 1)),
  }),
  python: () => 'np.sign(x) * np.log1p(np.abs(x))',
  typescript: () => 'signedLog',
} as const satisfies FeatureStep<Made<typeof params>, null, Numbers>;

type Numbers = Extract<ColumnData, { type: 'number' }>;

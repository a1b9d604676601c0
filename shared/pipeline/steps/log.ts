/** sign(x) · ln(1 + |x|): brings numbers of very different sizes together, zero and negative ones too. */
import { z } from 'zod';
import type { ColumnData } from '../../data/table.ts';
import { exactLog } from '../exact-log.ts';
import type { FeatureStep } from '../step.ts';

const params = z.strictObject({ type: z.literal('log') });
const state = z.null();

export const log = {
  type: 'log',
  summary: 'Takes the logarithm of 1 + x, mirrored for negative numbers.',
  accepts: ['number'],
  gives: 'number',
  takesMissing: false,
  params,
  state,
  fit: () => null,
  apply: ({ values }) => ({
    type: 'number',
    values: values.map((x) => (x < 0 ? -exactLog(1 - x) : exactLog(1 + x))),
  }),
  python: () => 'np.sign(x) * np.log1p(np.abs(x))',
  typescript: () => 'signedLog',
} as const satisfies FeatureStep<z.infer<typeof params>, null, Extract<ColumnData, { type: 'number' }>>;

/** 1 where a row has no value, else 0: that something was not written down often tells more than what would have been. */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import type { FeatureStep } from '../step.ts';

const params = (z: Zod) => z.strictObject({ type: z.literal('missing') });
const state = (z: Zod) => z.null();

export const missing = {
  type: 'missing',
  summary: 'Says whether a row has no value.',
  accepts: ['number', 'category'],
  gives: 'floats',
  takesMissing: true,
  takesAnyText: true,
  params,
  state,
  fit: () => null,
  each: () => (x) => (x === null || Number.isNaN(x) ? 1 : 0),
  python: () => 'is_missing(x)',
  typescript: () => 'isMissing',
} as const satisfies FeatureStep<
  Made<typeof params>,
  null,
  Extract<ColumnData, { type: 'number' | 'category' }>
>;

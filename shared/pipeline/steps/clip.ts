/** Numbers below the least become the least, those above the most the most; bounds are given, or are quantiles of the training rows. */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { quantileOf } from '../statistics.ts';
import type { FeatureStep } from '../step.ts';

const share = (z: Zod) => z.number().min(0).max(1);
const params = (z: Zod) =>
  z
    .strictObject({
      type: z.literal('clip'),
      least: z.number().optional(),
      most: z.number().optional(),
      /** Where a bound is not given: the quantiles that take its place. */
      quantiles: z.tuple([share(z), share(z)]).default([0.01, 0.99]),
    })
    .refine(({ least, most }) => least === undefined || most === undefined || least <= most, {
      error: '"least" must not be above "most"',
      path: ['least'],
    })
    .refine(({ quantiles: [low, high] }) => low <= high, {
      error: 'the first must not be above the second',
      path: ['quantiles'],
    });
const state = (z: Zod) => z.strictObject({ least: z.number(), most: z.number() });

export const clip = {
  type: 'clip',
  summary: 'Brings numbers beyond two bounds back to them.',
  accepts: ['number'],
  gives: 'number',
  takesMissing: false,
  params,
  state,
  fit({ values }, { least, most, quantiles: [low, high] }) {
    const sorted = values.toSorted();
    const bounds = { least: least ?? quantileOf(sorted, low), most: most ?? quantileOf(sorted, high) };
    return { ...bounds, most: Math.max(bounds.least, bounds.most) };
  },
  each:
    (_, { least, most }) =>
    (x) =>
      Math.min(Math.max(x, least), most),
  /** What was beyond the bounds stays at them. */
  inverse: (value: Numbers) => value,
  python: (_, { least, most }) => `np.clip(x, ${least}, ${most})`,
  typescript: (_, { least, most }) => `clip(${least}, ${most})`,
} as const satisfies FeatureStep<Made<typeof params>, Made<typeof state>, Numbers>;

type Numbers = Extract<ColumnData, { type: 'number' }>;

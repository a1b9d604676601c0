/** The share of the training rows below a number, between 0 and 1: whatever the distribution was, it is even afterwards. */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { quantileOf } from '../statistics.ts';
import type { FeatureStep, FloatBlock } from '../step.ts';

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('quantile'),
    /** Quantiles that are kept; between two of them it goes straight. */
    quantiles: z.int().min(2).max(1001).default(101),
  });
/** Ascending, at equal shares from 0 to 1. */
const state = (z: Zod) => z.strictObject({ values: z.array(z.number()).min(2) });

export const quantile = {
  type: 'quantile',
  summary: 'Turns a number into the share of the rows that are below it.',
  accepts: ['number'],
  gives: 'floats',
  takesMissing: false,
  params,
  state,
  fit({ values }, { quantiles }) {
    const sorted = values.toSorted();
    return { values: Array.from({ length: quantiles }, (_, i) => quantileOf(sorted, i / (quantiles - 1))) };
  },
  each:
    (_, { values }) =>
    (x) =>
      shareBelow(values, x),
  inverse: ({ data }: FloatBlock, _, { values }) => ({
    type: 'number',
    values: Float64Array.from(data, (share) => atShare(values, share)),
  }),
  python: (_, { values }) => `rank(x, [${values.join(', ')}])`,
  typescript: (_, { values }) => `rank([${values.join(', ')}])`,
} as const satisfies FeatureStep<
  Made<typeof params>,
  Made<typeof state>,
  Extract<ColumnData, { type: 'number' }>
>;

/** Half-way through those that are equal to it. */
function shareBelow(known: readonly number[], x: number): number {
  const last = known.length - 1;
  if (x <= known[0]!) return 0;
  if (x >= known[last]!) return 1;
  const above = known.findIndex((value) => value >= x);
  if (known[above] === x) return (above + known.lastIndexOf(x)) / 2 / last;
  const low = known[above - 1]!;
  return (above - 1 + (x - low) / (known[above]! - low)) / last;
}

/** The number that so many are below; those beyond the ends are not told apart. */
function atShare(known: readonly number[], share: number): number {
  const place = Math.min(Math.max(share, 0), 1) * (known.length - 1);
  const [low, high] = [known[Math.floor(place)]!, known[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}

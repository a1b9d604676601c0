/** The share of the training rows that have the same category; 0 for one that none had. */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import type { FeatureStep } from '../step.ts';

const params = (z: Zod) => z.strictObject({ type: z.literal('frequency') });
/** The share of each category, in the order in which they come. */
const state = (z: Zod) => z.strictObject({ shares: z.array(z.tuple([z.string(), z.number()])).max(100_000) });

export const frequency = {
  type: 'frequency',
  summary: 'Turns a category into how frequent it is.',
  accepts: ['category'],
  gives: 'floats',
  takesMissing: false,
  takesAnyText: true,
  params,
  state,
  fit({ values }) {
    const counts = new Map<string, number>();
    for (const value of values as string[]) counts.set(value, (counts.get(value) ?? 0) + 1);
    return { shares: [...counts].map(([value, count]): [string, number] => [value, count / values.length]) };
  },
  each(_, { shares }) {
    const known = new Map<string | null, number>(shares);
    return (value) => known.get(value) ?? 0;
  },
  python: (_, { shares }) => `look_up(x, ${JSON.stringify(Object.fromEntries(shares))}, 0)`,
  typescript: (_, { shares }) => `lookUp(${JSON.stringify(Object.fromEntries(shares))}, 0)`,
} as const satisfies FeatureStep<
  Made<typeof params>,
  Made<typeof state>,
  Extract<ColumnData, { type: 'category' }>
>;

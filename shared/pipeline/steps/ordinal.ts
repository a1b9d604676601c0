/**
 * A category's place in an order: the one given, or that of the alphabet; of numbers that are names, such as ids, by their size. One that
 * no training row had is one past the last.
 */

import type { ColumnData } from '../../data/table.ts';
import { AppError } from '../../errors.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import type { FeatureStep, FloatBlock } from '../step.ts';

const CATEGORY_LIMIT = 100_000;

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('ordinal'),
    /** From the first to the last; absent: as in the alphabet (by UTF-16 code unit). */
    order: z.array(z.string().max(200)).min(1).max(1000).optional(),
  });
const state = (z: Zod) => z.strictObject({ categories: z.array(z.string()).min(1).max(CATEGORY_LIMIT) });

export const ordinal = {
  type: 'ordinal',
  summary: 'Turns a category into its place in an order: 0, 1, 2 and so on.',
  accepts: ['category', 'number'],
  gives: 'floats',
  takesMissing: false,
  params,
  state,
  fit(value, { order }) {
    const present = namesOf(value);
    if (!order) return { categories: present };
    const unknown = present.find((value) => !order.includes(value));
    if (unknown === undefined) return { categories: order };
    throw new AppError('invalid_data', `the value "${unknown}" is not in the "order" of the step "ordinal"`);
  },
  each(_, { categories }) {
    const places = new Map<string, number>(categories.map((category, place) => [category, place]));
    return (value) => places.get(String(value)) ?? categories.length;
  },
  /** Of numbers, too, their names. */
  inverse: ({ data }: FloatBlock, _, { categories }) => ({
    type: 'category',
    values: Array.from(data, (place) => categories[Math.round(place)] ?? null),
  }),
  python: (_, { categories }) => `ordinal(x, ${JSON.stringify(categories)})`,
  typescript: (_, { categories }) => `ordinal(${JSON.stringify(categories)})`,
} as const satisfies FeatureStep<Made<typeof params>, Made<typeof state>, Names>;

type Names = Extract<ColumnData, { type: 'category' | 'number' }>;

/** Numbers by size, texts by UTF-16 code unit. */
const namesOf = (column: Names): string[] =>
  column.type === 'number'
    ? [...new Set(column.values.toSorted())].map(String)
    : [...new Set(column.values as string[])].sort();

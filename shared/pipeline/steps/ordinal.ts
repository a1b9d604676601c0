/** A category's place in an order: the one given, or that of the alphabet. One that no training row had is one past the last. */
import { z } from 'zod';
import type { ColumnData } from '../../data/table.ts';
import { AppError } from '../../errors.ts';
import type { FeatureStep } from '../step.ts';

const CATEGORY_LIMIT = 100_000;

const params = z.strictObject({
  type: z.literal('ordinal'),
  /** From the first to the last; absent: as in the alphabet (by UTF-16 code unit). */
  order: z.array(z.string().max(200)).min(1).max(1000).optional(),
});
const state = z.strictObject({ categories: z.array(z.string()).min(1).max(CATEGORY_LIMIT) });

export const ordinal = {
  type: 'ordinal',
  summary: 'Turns a category into its place in an order: 0, 1, 2 and so on.',
  accepts: ['category'],
  gives: 'floats',
  takesMissing: false,
  params,
  state,
  fit({ values }, { order }) {
    const present = [...new Set(values as string[])].sort();
    if (!order) return { categories: present };
    const unknown = present.find((value) => !order.includes(value));
    if (unknown === undefined) return { categories: order };
    throw new AppError('invalid_data', `the value "${unknown}" is not in the "order" of the step "ordinal"`);
  },
  apply({ values }, _, { categories }) {
    const places = new Map<string | null, number>(categories.map((category, place) => [category, place]));
    const data = Float32Array.from(values, (value) => places.get(value) ?? categories.length);
    return { type: 'floats', shape: [1], data };
  },
  python: (_, { categories }) => `ordinal(x, ${JSON.stringify(categories)})`,
} as const satisfies FeatureStep<
  z.infer<typeof params>,
  z.infer<typeof state>,
  Extract<ColumnData, { type: 'category' }>
>;

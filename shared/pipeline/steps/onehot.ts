/**
 * One number per category seen in training: 1 for the row's own, 0 for the others. A category that no training row had
 * is all zeros here, so that rare ones in held-out rows do no harm; at predict time `parseInstances` refuses them.
 */

import type { ColumnData } from '../../data/table.ts';
import { AppError } from '../../errors.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import type { FeatureStep, FloatBlock } from '../step.ts';

const CATEGORY_LIMIT = 1000;

const params = (z: Zod) => z.strictObject({ type: z.literal('onehot') });
/** Ordered by UTF-16 code unit. */
const state = (z: Zod) => z.strictObject({ categories: z.array(z.string()).min(1).max(CATEGORY_LIMIT) });

export const onehot = {
  type: 'onehot',
  summary: 'Turns a category into one number per possible value.',
  accepts: ['category'],
  gives: 'floats',
  shape: (_, distinct) => [distinct],
  takesMissing: false,
  params,
  state,
  fit({ values }) {
    const categories = [...new Set(values as string[])].sort();
    if (categories.length > CATEGORY_LIMIT) {
      throw new AppError(
        'invalid_data',
        `${categories.length} different values are too many for onehot (at most ${CATEGORY_LIMIT}); leave the column out`,
      );
    }
    return { categories };
  },
  each(_, { categories }) {
    const places = new Map<string | null, number>(categories.map((category, place) => [category, place]));
    return (value) => places.get(value) ?? -1;
  },
  indicator: (_, { categories }) => categories.length,
  inverse({ data }: FloatBlock, _, { categories }) {
    const width = categories.length;
    const values = Array.from({ length: data.length / width }, (_, row) => {
      const ofRow = data.subarray(row * width, (row + 1) * width);
      const most = Math.max(...ofRow);
      return most > 0 ? categories[ofRow.indexOf(most)]! : null;
    });
    return { type: 'category', values };
  },
  names: (_, { categories }) => categories,
  python: (_, { categories }) => `one_hot(x, ${JSON.stringify(categories)})`,
  typescript: (_, { categories }) => `oneHot(${JSON.stringify(categories)})`,
} as const satisfies FeatureStep<
  Made<typeof params>,
  Made<typeof state>,
  Extract<ColumnData, { type: 'category' }>
>;

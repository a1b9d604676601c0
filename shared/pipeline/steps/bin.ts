/** Numbers to the intervals that they fall in: of equal width, or with about as many training rows each. */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { extent, quantileOf } from '../statistics.ts';
import type { FeatureStep, FloatBlock } from '../step.ts';

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('bin'),
    bins: z.int().min(2).max(256).default(8),
    strategy: z.enum(['width', 'quantiles']).default('quantiles'),
    /** One number for each interval, 1 for the row's own; or the place of the interval alone. */
    output: z.enum(['onehot', 'place']).default('onehot'),
  });
/** Ascending; an interval holds its upper bound, and the last has none. */
const state = (z: Zod) => z.strictObject({ edges: z.array(z.number()).max(255) });

export const bin = {
  type: 'bin',
  summary: 'Sorts numbers into intervals.',
  accepts: ['number'],
  gives: 'floats',
  shape: ({ bins, output }) => [output === 'place' ? 1 : bins],
  takesMissing: false,
  params,
  state,
  fit({ values }, { bins, strategy }) {
    const sorted = values.toSorted();
    const { min, max } = extent(values);
    const edges = Array.from({ length: bins - 1 }, (_, i) => {
      const share = (i + 1) / bins;
      return strategy === 'width' ? min * (1 - share) + max * share : quantileOf(sorted, share);
    });
    // where values are few, quantiles fall together; an interval above the largest would be empty
    return { edges: edges.filter((edge, i) => edge < max && (i === 0 || edge > edges[i - 1]!)) };
  },
  each:
    (_, { edges }) =>
    (x) =>
      edges.reduce((below, edge) => below + (x > edge ? 1 : 0), 0),
  indicator: ({ output }, { edges }) => (output === 'place' ? null : edges.length + 1),
  inverse({ data }: FloatBlock, { output }, { edges }) {
    const width = output === 'place' ? 1 : edges.length + 1;
    const values = Array.from({ length: data.length / width }, (_, row) => {
      const ofRow = data.subarray(row * width, (row + 1) * width);
      return intervalOf(
        output === 'place' ? Math.round(ofRow[0]!) : ofRow.indexOf(Math.max(...ofRow)),
        edges,
      );
    });
    return { type: 'category', values };
  },
  names: ({ output }, { edges }) =>
    output === 'place'
      ? []
      : Array.from({ length: edges.length + 1 }, (_, place) => intervalOf(place, edges)),
  python(params, { edges }) {
    const places = `np.searchsorted([${edges.join(', ')}], x)`;
    return params.output === 'place' ? places : `np.eye(${edges.length + 1})[${places}]`;
  },
  typescript({ output }, { edges }) {
    const place = `bin([${edges.join(', ')}])`;
    return output === 'place' ? place : `${place}, indicator(${edges.length + 1})`;
  },
} as const satisfies FeatureStep<
  Made<typeof params>,
  Made<typeof state>,
  Extract<ColumnData, { type: 'number' }>
>;

/** The interval at a place, in words. */
function intervalOf(place: number, edges: readonly number[]): string {
  if (edges.length === 0) return 'any';
  if (place === 0) return `up to ${edges[0]}`;
  return place === edges.length
    ? `above ${edges.at(-1)}`
    : `above ${edges[place - 1]}, up to ${edges[place]}`;
}

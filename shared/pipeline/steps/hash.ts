/**
 * A category to one of a fixed number of buckets by the FNV-1a hash of its UTF-8 bytes: for ids by the million, and ones that are
 * yet to come. Different ones may share a bucket.
 */

import type { ColumnData } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import type { FeatureStep } from '../step.ts';

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('hash'),
    buckets: z.int().min(2).max(65_536).default(64),
    /** One number for each bucket, 1 for the row's own; or the place of the bucket alone, for an embedding. */
    output: z.enum(['onehot', 'place']).default('onehot'),
  });
const state = (z: Zod) => z.null();

export const hash = {
  type: 'hash',
  summary: 'Sorts categories, however many, into a fixed number of buckets.',
  accepts: ['category'],
  gives: 'floats',
  shape: ({ buckets, output }) => [output === 'place' ? 1 : buckets],
  takesMissing: false,
  takesAnyText: true,
  params,
  state,
  fit: () => null,
  each({ buckets }) {
    const encoder = new TextEncoder();
    return (value) => fnv1a(encoder.encode(value ?? '')) % buckets;
  },
  indicator: ({ buckets, output }) => (output === 'place' ? null : buckets),
  python({ buckets, output }) {
    const places = `buckets(x, ${buckets})`;
    return output === 'place' ? places : `np.eye(${buckets})[${places}]`;
  },
  typescript({ buckets, output }) {
    const place = `bucket(${buckets})`;
    return output === 'place' ? place : `${place}, indicator(${buckets})`;
  },
} as const satisfies FeatureStep<Made<typeof params>, null, Extract<ColumnData, { type: 'category' }>>;

/** 32 bits, unsigned. http://www.isthe.com/chongo/tech/comp/fnv */
function fnv1a(bytes: Uint8Array): number {
  let value = 0x811c9dc5;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

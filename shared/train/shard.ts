/**
 * The part of the training rows that one of several workers learns from. The rows lie class by class (`splitRows`), so every n-th of
 * them has the classes in their proportions.
 */
import { AppError } from '../errors.ts';
import type { PlaceOf } from '../pipeline/step.ts';
import { sha256 } from '../sha256.ts';
import type { Shard, TrainOptions } from './train-options.ts';

/** Throws AppError `invalid_request` for a shard that there is none of, or that would be empty. */
export function rowsOf(rows: Uint32Array, shard: Shard | undefined): Uint32Array {
  if (!shard) return rows;
  const { index, of } = shard;
  const isPart = Number.isInteger(of) && Number.isInteger(index) && index >= 0 && index < of;
  if (!isPart || of > rows.length) {
    throw new AppError(
      'invalid_request',
      `shard: ${index} of ${of} is no part of ${rows.length} training rows; expected an index from 0 to ${rows.length - 1}, below "of", which is at most ${rows.length}`,
    );
  }
  return rows.filter((_, place) => place % of === index);
}

/** Of a row of the shard its place among all training rows. */
export const placesIn = ({ index, of }: Shard = { index: 0, of: 1 }): PlaceOf => {
  return (row) => index + of * row;
};

/** sha256 that stands for the rows learnt from: of the dataset, or of its name with the shard's. */
export const dataOf = ({ datasetSha256, shard }: Pick<TrainOptions, 'datasetSha256' | 'shard'>): string =>
  shard ? sha256(new TextEncoder().encode(`${datasetSha256} ${shard.index}/${shard.of}`)) : datasetSha256;

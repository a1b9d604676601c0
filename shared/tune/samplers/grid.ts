/** Grid search: every combination once, in the order of the parameters, the last of which changes first. */
import * as z from 'zod';
import type { Dimension, Json, Parameters } from '../../schema/sweep.ts';
import { sizeOf, valueAt } from '../dimension.ts';
import { inOrder, isActive, type Space } from '../search-space.ts';
import type { Sampler } from './sampler.ts';

const Grid = z.strictObject({
  type: z.literal('grid'),
  /** Values of a number that has more, evenly from its least to its most. */
  points: z.int().min(2).max(1000).default(5),
});

/** Looks no further; a search that tries as many has better ways. */
const COUNT_MOST = 1_000_000;

export const grid = {
  type: 'grid',
  summary: 'Every combination once; of numbers that have many values, some evenly spread.',
  params: Grid,
  count({ points }, space) {
    let count = 0;
    for (const _ of combinations(space, points)) if (++count === COUNT_MOST) break;
    return count;
  },
  suggest({ points }, { space, trials }) {
    const wanted = trials.filter(({ from }) => from === undefined).length;
    let place = 0;
    for (const parameters of combinations(space, points)) if (place++ === wanted) return parameters;
    throw new RangeError(`the grid has ${place} points; ${wanted} have been tried`);
  },
} satisfies Sampler<z.infer<typeof Grid>>;

function* combinations(space: Space, points: number): Generator<Parameters> {
  const dimensions = inOrder(space).map(([path, dimension]) => ({
    path,
    dimension,
    values: valuesOf(dimension, points),
  }));
  yield* from(0, {});

  function* from(place: number, chosen: Parameters): Generator<Parameters> {
    const next = dimensions[place];
    if (!next) yield chosen;
    else if (!isActive(next.dimension, chosen)) yield* from(place + 1, chosen);
    else for (const value of next.values) yield* from(place + 1, { ...chosen, [next.path]: value });
  }
}

function valuesOf(dimension: Dimension, points: number): Json[] {
  const size = sizeOf(dimension);
  const count = dimension.type === 'choice' ? size : Math.min(size, points);
  // cells have middles, a float has ends
  const isSpread = count < size && count > 1;
  const at = (i: number) => (isSpread ? i / (count - 1) : (i + 0.5) / count);
  const isLogInt = dimension.type === 'int' && dimension.log === true;
  const all =
    isLogInt && !isSpread
      ? Array.from({ length: size }, (_, i) => dimension.min + i)
      : Array.from({ length: count }, (_, i) => valueAt(dimension, at(i)));
  return [...new Set(all)];
}

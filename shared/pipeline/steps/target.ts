/**
 * Target encoding: a category becomes the mean of the target over the training rows that have it, drawn towards the mean of all where
 * those are few. A training row is told what the other folds' rows say, or it would read its own answer.
 */

import type { ColumnData } from '../../data/table.ts';
import { AppError } from '../../errors.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import type { FeatureStep } from '../step.ts';

const FOLDS = 5;

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('target'),
    /** The mean of all rows counts as so many rows of each category. */
    smoothing: z.number().min(0).max(1e6).default(10),
  });

/** Of each fold the rows of the category, and the sum of their targets. */
const sums = (z: Zod) => z.array(z.tuple([z.number(), z.number()])).length(FOLDS);
const state = (z: Zod) =>
  z.strictObject({ all: sums(z), categories: z.array(z.tuple([z.string(), sums(z)])).max(100_000) });
type Params = Made<typeof params>;
type State = Made<typeof state>;
type Sums = Made<typeof sums>;

export const target = {
  type: 'target',
  summary: 'Turns a category into the mean of the target where it occurs.',
  accepts: ['category'],
  gives: 'floats',
  takesMissing: false,
  takesAnyText: true,
  params,
  state,
  fit({ values }, _, wanted) {
    if (!wanted || wanted.classes > 2) {
      throw new AppError(
        'invalid_pipeline',
        `the step "target" is for numbers and two classes, and there are ${wanted?.classes}; use "onehot" or "frequency"`,
      );
    }
    const none = (): Sums => Array.from({ length: FOLDS }, (): [number, number] => [0, 0]);
    const all = none();
    const categories = new Map<string, Sums>();
    (values as string[]).forEach((value, row) => {
      const own = categories.get(value) ?? none();
      categories.set(value, own);
      for (const part of [all, own]) {
        const fold = part[row % FOLDS]!;
        fold[0] += 1;
        fold[1] += wanted.values[row]!;
      }
    });
    return { all, categories: [...categories] };
  },
  each(params, state) {
    const { means, prior } = meansOf(params, state);
    const known = new Map<string | null, number>(Object.entries(means));
    return (value) => known.get(value) ?? prior;
  },
  applyToTraining: ({ values }, { smoothing }, state, placeOf) =>
    encode(values, smoothing, state, (row) => placeOf(row) % FOLDS),
  python: (params, state) => {
    const { means, prior } = meansOf(params, state);
    return `look_up(x, ${JSON.stringify(means)}, ${prior})`;
  },
  typescript: (params, state) => {
    const { means, prior } = meansOf(params, state);
    return `lookUp(${JSON.stringify(means)}, ${prior})`;
  },
} as const satisfies FeatureStep<Params, State, Extract<ColumnData, { type: 'category' }>>;

/** `foldOf`: the fold that a row must not see; −1 for none. */
function encode(
  values: readonly (string | null)[],
  smoothing: number,
  { all, categories }: State,
  foldOf: (row: number) => number,
) {
  const known = new Map<string | null, Sums>(categories);
  const data = Float32Array.from(values, (value, row) => {
    const fold = foldOf(row);
    const prior = meanOf(all, fold, 0, 0);
    return meanOf(known.get(value) ?? [], fold, smoothing, prior);
  });
  return { type: 'floats' as const, shape: [1], data };
}

/** Over all folds but one; `prior` counts as `weight` rows, and stands alone where there are none. */
function meanOf(sums: Sums, without: number, weight: number, prior: number): number {
  let [rows, sum] = [weight, weight * prior];
  sums.forEach(([n, total], fold) => {
    if (fold === without) return;
    rows += n;
    sum += total;
  });
  return rows > 0 ? sum / rows : prior;
}

/** What each category becomes, and one that is not known. */
function meansOf({ smoothing }: Params, { all, categories }: State) {
  const prior = meanOf(all, -1, 0, 0);
  const means = categories.map(([name, sums]) => [name, meanOf(sums, -1, smoothing, prior)]);
  return { means: Object.fromEntries(means) as Record<string, number>, prior };
}

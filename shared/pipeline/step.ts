/**
 * What a feature step is. A chain of steps turns one column into numbers: column → step → … → float32 block of a fixed
 * shape per row. Each step is one file in `steps/` and one line in `steps/list.ts`. `fit` sees training rows only; `apply`
 * is the very same function in the tab, on the runner and at the edge, and uses nothing whose last bits an engine may
 * choose (+ − × ÷ and sqrt only), so its output is byte-identical everywhere.
 */
import type * as zod from 'zod';
import type { ColumnData, Image, SeriesColumn } from '../data/table.ts';
import type { Zod } from '../schema/zod.ts';
import type { Vocabulary } from './text/sentence-pieces.ts';

/** A column on its way through a chain: as loaded, or already numbers with `shape` per row. */
export type StepValue = ColumnData | SeriesColumn | FloatBlock;
export interface FloatBlock {
  type: 'floats';
  /** Shape of one row: [width] or [height, width, channel]. */
  shape: readonly number[];
  /** Row-major, rows × product(shape). */
  data: Float32Array<ArrayBuffer>;
}

/** What is to be predicted of the rows that a step is fitted to. */
export interface StepTarget {
  /** 1 for numbers. */
  classes: number;
  /** Of each row the place of its class, or its standardised value. */
  values: Float32Array;
}

/** Of a row, counted from the first of those given: its place among all the rows that a step was fitted to. */
export type PlaceOf = (row: number) => number;

/** What others have learnt, by the backbone that it belongs to. */
export type Vocabularies = ReadonlyMap<string, Vocabulary>;

/** Missing: NaN for numbers, null for categories. */
type ValueOf<I extends StepValue> =
  | (I extends { type: 'number' } ? number : never)
  | (I extends { type: 'category' } ? string | null : never);
/** Written as a method, so that a step for numbers alone is a step. */
type Each<I extends StepValue> = { of(value: ValueOf<I>): number | string }['of'];

type RowOf<I extends StepValue> = I extends { type: 'image' } ? Image : never;
type Into<I extends StepValue> = { of(value: RowOf<I>, out: Float32Array, at: number): void }['of'];

/** `I` is what the step takes; whoever runs a chain checks `accepts` before handing a value over. */
export interface FeatureStep<
  P extends { type: string } = { type: string },
  S = unknown,
  I extends StepValue = StepValue,
> {
  type: P['type'];
  /** One sentence for people. */
  summary: string;
  /** Column types (or `floats`) the step takes. */
  accepts: readonly I['type'][];
  /** What it gives: a type, or the type it took. */
  gives: StepValue['type'] | 'same';
  /** Steps that give floats: shape of one row, where not [1]. `distinct`: different values in the column, at most. */
  shape?(params: P, distinct: number): readonly number[];
  /** True if missing values may come in; then none go out. */
  takesMissing: boolean;
  /** True if, at predict time, texts may come in that no training row had. */
  takesAnyText?: boolean;
  params(z: Zod): zod.ZodType<P>;
  /** What `fit` learns, as plain JSON. */
  state(z: Zod): zod.ZodType<S>;
  /** Learns from training rows. Throws AppError `invalid_data`. */
  fit(value: I, params: P, target?: StepTarget, vocabularies?: Vocabularies): S;
  /** Absent where `each` says it. */
  apply?(value: I, params: P, state: S): StepValue;
  /** What becomes of one value, whatever the others are. */
  each?(params: P, state: S): Each<I>;
  /** Width of the row of zeros in which the number that `each` gives is the place of a 1; null: the number is the row. */
  indicator?(params: P, state: S): number | null;
  /** Of steps that give floats: what `apply` makes of one value, written at `at`, where zeros stand. */
  into?(params: P, state: S): Into<I>;
  /**
   * From what `apply` gave, or from a mean of it, back to what it took, as far as that can be told; null where it cannot. For people to
   * read: a mean of several rows is brought to the nearest value there is.
   */
  inverse?(value: StepValue, params: P, state: S): ColumnData;
  /** What each of the numbers that it gives stands for, where that has a name. */
  names?(params: P, state: S): readonly string[];
  /** `apply` for training rows that may not see what was learnt from themselves; `placeOf` tells the place of each among all of them. */
  applyToTraining?(value: I, params: P, state: S, placeOf: PlaceOf): StepValue;
  /** `apply` as a Python expression of `x`, a NumPy array, and of `PYTHON_HELPERS` (shared/export/python/helpers.ts). */
  python?(params: P, state: S): string;
  /** `apply` to one value as a TypeScript function, by `TYPESCRIPT_HELPERS` (shared/export/typescript/helpers.ts). */
  typescript?(params: P, state: S): string;
}

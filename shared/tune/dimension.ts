/** A dimension and the unit interval: every value has a cell in [0, 1], and every number in [0, 1] is a value. */
import { canonicalJson } from '../definition/canonical.ts';
import type { Dimension, Json } from '../schema/sweep.ts';

/** Digits of a float, so that engines whose logarithms differ in the last bit find the same. */
const DIGITS = 6;

/** What trials call the values of a choice. */
export const namesOf = ({ values, labels }: Extract<Dimension, { type: 'choice' }>): readonly Json[] =>
  labels ?? values;

/** Different values; infinite for a float. */
export function sizeOf(dimension: Dimension): number {
  if (dimension.type === 'choice') return dimension.values.length;
  if (dimension.min === dimension.max) return 1;
  if (dimension.type === 'float') return Number.POSITIVE_INFINITY;
  return Math.floor((dimension.max - dimension.min) / (dimension.step ?? 1)) + 1;
}

/** `u` in [0, 1]. */
export function valueAt(dimension: Dimension, u: number): Json {
  if (dimension.type === 'choice') return namesOf(dimension)[place(u, dimension.values.length)]!;
  if (dimension.type === 'int' && !dimension.log) {
    return dimension.min + (dimension.step ?? 1) * place(u, sizeOf(dimension));
  }
  const [low, high] = scaleOf(dimension);
  const value = dimension.log ? Math.exp(low + u * (high - low)) : low + u * (high - low);
  return nearest(dimension, value);
}

/**
 * The part of [0, 1] that `valueAt` makes `value` of; of a float a point. Null for what is not a value of the dimension.
 */
export function cellOf(dimension: Dimension, value: Json): readonly [from: number, to: number] | null {
  if (dimension.type === 'choice') {
    const wanted = canonicalJson(value);
    const i = namesOf(dimension).findIndex((one) => canonicalJson(one) === wanted);
    return i < 0 ? null : [i / dimension.values.length, (i + 1) / dimension.values.length];
  }
  const { min, max } = dimension;
  if (typeof value !== 'number' || value < min || value > max) return null;
  if (dimension.type === 'int' && !dimension.log) {
    const size = sizeOf(dimension);
    const i = (value - min) / (dimension.step ?? 1);
    return Number.isInteger(i) ? [i / size, (i + 1) / size] : null;
  }
  const [low, high] = scaleOf(dimension);
  const unit = (x: number) => (high === low ? 0.5 : ((dimension.log ? Math.log(x) : x) - low) / (high - low));
  if (dimension.type === 'float') return [unit(value), unit(value)];
  return Number.isInteger(value) ? [unit(value - 0.5), unit(value + 0.5)] : null;
}

/** Middle of the cell. */
export const unitOf = (dimension: Dimension, value: Json): number | null => {
  const cell = cellOf(dimension, value);
  return cell && (cell[0] + cell[1]) / 2;
};

/** The number of the dimension that is nearest to `x`. */
export function nearest(dimension: Exclude<Dimension, { type: 'choice' }>, x: number): number {
  const { type, min, max } = dimension;
  const inside = Math.min(Math.max(x, min), max);
  if (type === 'float') return Math.min(Math.max(Number(inside.toPrecision(DIGITS)), min), max);
  const step = dimension.step ?? 1;
  return min + step * Math.min(Math.round((inside - min) / step), Math.floor((max - min) / step));
}

/** For people: what a parameter may be. */
export function describeDimension(dimension: Dimension): string {
  if (dimension.type === 'choice') return `one of ${namesOf(dimension).map(canonicalJson).join(', ')}`;
  const { type, min, max } = dimension;
  const step = type === 'int' && dimension.step !== undefined ? ` in steps of ${dimension.step}` : '';
  return `${type === 'int' ? 'a whole number' : 'a number'} from ${min} to ${max}${step}`;
}

const place = (u: number, size: number): number => Math.min(size - 1, Math.floor(u * size));

/** Ends of the scale on which the dimension is even; a whole number's cells reach half a step further. */
function scaleOf({ type, min, max, log }: Exclude<Dimension, { type: 'choice' }>): [number, number] {
  const half = type === 'int' ? 0.5 : 0;
  return log ? [Math.log(min - half), Math.log(max + half)] : [min - half, max + half];
}

/**
 * Exponential smoothing as TensorBoard's slider does it: s ← w·s + (1 − w)·y, shown as s ÷ (1 − wⁿ), so that the beginning is
 * not drawn to zero. Goes on where it was when a curve has grown.
 */
import type { RunCurve } from './run-curves.ts';

export interface Smoothed {
  weight: number;
  revision: number;
  length: number;
  /** May be longer than `length`, and is shared with what grows out of this. */
  values: Float64Array;
  /** s, and wⁿ. */
  sum: number;
  decay: number;
}

/** `known`: what an earlier state of the same curve gave, if any. `weight` from 0 (as it is) to below 1. */
export function smooth(
  curve: Pick<RunCurve, 'value' | 'length' | 'revision'>,
  weight: number,
  known?: Smoothed,
): Smoothed {
  const goesOn =
    known?.weight === weight && known.revision === curve.revision && known.length <= curve.length;
  let { sum, decay, length, values } = goesOn
    ? known
    : { sum: 0, decay: 1, length: 0, values: new Float64Array(curve.value.length) };
  if (values.length < curve.length) {
    const larger = new Float64Array(curve.value.length);
    larger.set(values.subarray(0, length));
    values = larger;
  }
  for (; length < curve.length; length++) {
    sum = weight * sum + (1 - weight) * curve.value[length]!;
    decay *= weight;
    values[length] = sum / (1 - decay);
  }
  return { weight, revision: curve.revision, length, values, sum, decay };
}

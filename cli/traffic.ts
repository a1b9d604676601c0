/** Shares of an endpoint's traffic, in whole per cent, when one more model version comes in. */

import type { Deployment } from '../shared/schema/endpoint.ts';
import type { Precision } from '../shared/schema/precision.ts';

export interface Share {
  modelVersion: string;
  /** Per cent. */
  traffic: number;
  precision: Precision;
}

/**
 * Gives `modelVersion` `percent` and scales the others to fill the rest, in their present proportions; whole numbers by largest
 * remainder. Versions left without traffic drop out.
 */
export function shareTraffic(
  present: readonly Deployment[],
  { modelVersion, precision }: Pick<Share, 'modelVersion' | 'precision'>,
  percent: number,
): Share[] {
  const others = present.filter((one) => one.modelVersion.id !== modelVersion && one.traffic > 0);
  const sum = others.reduce((total, one) => total + one.traffic, 0);
  if (sum === 0) return [{ modelVersion, precision, traffic: 100 }];
  const exact = others.map((one) => (one.traffic / sum) * (100 - percent));
  const whole = exact.map(Math.floor);
  let left = 100 - percent - whole.reduce((total, one) => total + one, 0);
  const byRemainder = exact.map((value, i) => ({ i, remainder: value - Math.floor(value) }));
  byRemainder.sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (const { i } of byRemainder) if (left-- > 0) whole[i]!++;
  const rest = others.map((one, i) => ({
    ...{ modelVersion: one.modelVersion.id, precision: one.precision },
    traffic: whole[i]!,
  }));
  return [{ modelVersion, precision, traffic: percent }, ...rest.filter((one) => one.traffic > 0)];
}

/** How values become whole numbers: x ≈ (q − zero) · scale, with q between least and most. */

import type { Range, WholeNumbers } from '../../quantisation.ts';

/** How many of them are in a word. */
export const PER_WORD: Readonly<Record<WholeNumbers, number>> = { int16: 2, int8: 4 };

export interface Rounding {
  numbers: WholeNumbers;
  scale: number;
  zero: number;
  least: number;
  most: number;
}

/** 7 bits: what a processor adds up without overflow in every form of the instruction. */
const MOST_INT8 = 127;
/** 12 bits and a sign, so that weights have some 12 left, and their sums 32. */
const MOST_INT16 = 4095;

/** 0 is always among the whole numbers, so that padding is exact. */
export function roundingFor(numbers: WholeNumbers, range: Range): Rounding {
  const [low, high] = [Math.min(0, range[0]), Math.max(0, range[1])];
  if (numbers === 'int16') {
    const scale = Math.max(-low, high) / MOST_INT16 || 1;
    return { numbers, scale, zero: 0, least: -MOST_INT16, most: MOST_INT16 };
  }
  const scale = (high - low) / MOST_INT8 || 1;
  return { numbers, scale, zero: Math.round((0 - low) / scale), least: 0, most: MOST_INT8 };
}

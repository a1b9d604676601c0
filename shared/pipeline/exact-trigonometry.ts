/**
 * Sine and cosine of whole turns' parts from + − × ÷ alone, so that every engine gives the same bits (Math.sin may differ in the
 * last). The turn is folded into its first eighth, where Taylor's series ends quickly.
 */

/** Of `part` turns, 0 ≤ part < 1; within 1e-15. */
export function exactSin(part: number): number {
  if (part >= 0.5) return -exactSin(part - 0.5);
  if (part > 0.25) return exactSin(0.5 - part);
  return part > 0.125 ? cosine(TURN * (0.25 - part) || 0) : sine(TURN * part);
}

/** Of `part` turns, 0 ≤ part < 1; within 1e-15. */
export function exactCos(part: number): number {
  return exactSin(part < 0.75 ? part + 0.25 : part - 0.75);
}

const TURN = 6.283185307179586;

/** |x| ≤ π ÷ 4: x − x³ ÷ 3! + x⁵ ÷ 5! − … */
function sine(x: number): number {
  const square = x * x;
  let sum = 1;
  for (let n = 16; n >= 2; n -= 2) sum = 1 - (square / (n * (n + 1))) * sum;
  return x * sum;
}

/** |x| ≤ π ÷ 4: 1 − x² ÷ 2! + x⁴ ÷ 4! − … */
function cosine(x: number): number {
  const square = x * x;
  let sum = 1;
  for (let n = 17; n >= 1; n -= 2) sum = 1 - (square / (n * (n + 1))) * sum;
  return sum;
}

/**
 * The natural logarithm from + − × ÷ alone, so that every engine gives the same bits (Math.log may differ in the last). With
 * x = m · 2ᵉ and s = (m − 1) ÷ (m + 1), ln x = e · ln 2 + 2 · (s + s³ ÷ 3 + s⁵ ÷ 5 + …); |s| ≤ 0.1716, so 11 terms do.
 */

/** Of a finite number above 0; within 2 units of the last place. */
export function exactLog(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa > Math.SQRT2; exponent++) mantissa /= 2;
  for (; mantissa < Math.SQRT1_2; exponent--) mantissa *= 2;
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let n = 23; n >= 1; n -= 2) sum = sum * square + 1 / n;
  return exponent * Math.LN2 + 2 * s * sum;
}

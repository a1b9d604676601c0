/**
 * The exponential function from + − × ÷ alone, so that every engine gives the same bits (Math.exp may differ in the last). With
 * x = k · ln 2 + r, eˣ = 2ᵏ · (1 + r + r² ÷ 2! + …); |r| ≤ 0.3466, so 15 terms do.
 */

/** Within some units of the last place; infinite above 709.78, and 0 below −745. */
export function exactExp(x: number): number {
  if (x > 710) return Number.POSITIVE_INFINITY;
  if (x < -746) return 0;
  const k = Math.round(x / Math.LN2);
  const r = x - k * Math.LN2;
  let y = 1;
  for (let n = 15; n >= 1; n--) y = 1 + (y * r) / n;
  for (let i = 0; i < Math.abs(k); i++) y = k > 0 ? y * 2 : y / 2;
  return y;
}

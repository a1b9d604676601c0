/** The error function, 2/√π ∫₀ˣ exp(−t²) dt. */
import { type Unary, unaryOperator } from '../elementwise.ts';

export const erf: Unary = unaryOperator('erf', errorFunction, ({ ops, inputs: [x], dy }) => {
  const slope = ops.exp(ops.negate(ops.multiply(x!, x!)));
  return ops.multiply(dy, ops.multiply(slope, ops.constant(2 / Math.sqrt(Math.PI))));
});

/** By the series 2/√π exp(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!! (DLMF 7.6.2): all terms have one sign, so nothing cancels. */
function errorFunction(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) >= 6) return Math.sign(x); // 1 − 2·10⁻¹⁷
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

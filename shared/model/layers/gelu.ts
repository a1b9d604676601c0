/** Gaussian error linear unit (Hendrycks and Gimpel 2016), exact: x · Φ(x). */
import type { Ops, TensorRef } from '../../graph/ops.ts';

export function gelu(ops: Ops, x: TensorRef): TensorRef {
  const phi = ops.add(ops.erf(ops.multiply(x, ops.constant(Math.SQRT1_2))), ops.constant(1));
  return ops.multiply(ops.multiply(x, ops.constant(0.5)), phi);
}

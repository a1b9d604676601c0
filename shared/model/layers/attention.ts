/** Multi-head self-attention (Vaswani et al. 2017): every place of a sequence looks at all others. */
import type { TensorRef } from '../../graph/ops.ts';
import { dense } from './dense.ts';
import { paddingBias } from './padding.ts';
import { type LayerScope, within } from './scope.ts';

export interface AttentionOptions {
  /** Divides the width. */
  heads: number;
  /** Token ids [batch, time]: no place looks at one that holds id 0. */
  tokens?: TensorRef | undefined;
  /** Width of what it gives; default: that of what it takes. */
  units?: number | undefined;
}

/**
 * [batch, time, width] → [batch, time, units]; `heads` divides `width`. Parameters: `kernel` [3, width, width] and `bias`
 * [3, 1, width] of query, key and value, then `output/kernel` [width, units] and `output/bias` [units].
 */
export function attention(
  scope: LayerScope,
  x: TensorRef,
  { heads, tokens, units }: AttentionOptions,
): TensorRef {
  const { ops, parameter } = scope;
  const [batch, time, width] = x.shape as [number, number, number];
  const size = width / heads;
  const kernel = parameter('kernel', [3, width, width], 'glorotUniform');
  const bias = parameter('bias', [3, 1, width], 'zeros');
  const rows = ops.reshape(x, { shape: [1, batch * time, width] });
  const projected = ops.add(ops.matmul(rows, kernel), bias); // [3, batch · time, width]

  /** [batch, heads, time, size] of query, key or value. */
  const byHead = (place: number) => {
    const one = ops.slice(projected, { begin: [place, 0, 0], size: [1, batch * time, width] });
    return ops.transpose(ops.reshape(one, { shape: [batch, time, heads, size] }), {
      permutation: [0, 2, 1, 3],
    });
  };
  const scaled = ops.multiply(byHead(0), ops.constant(1 / Math.sqrt(size)));
  const scores = ops.matmul(scaled, byHead(1), { transposeB: true }); // [batch, heads, time, time]
  const mask = tokens && ops.reshape(paddingBias(ops, tokens), { shape: [batch, 1, 1, time] });
  const weights = ops.softmax(mask ? ops.add(scores, mask) : scores);
  const mixed = ops.transpose(ops.matmul(weights, byHead(2)), { permutation: [0, 2, 1, 3] });
  return dense(within(scope, 'output'), ops.reshape(mixed, { shape: x.shape }), { units: units ?? width });
}

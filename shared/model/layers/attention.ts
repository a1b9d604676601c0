/** Multi-head attention (Vaswani et al. 2017): every place of a sequence looks at all others, or at those of another sequence. */
import type { Ops, TensorRef } from '../../graph/ops.ts';
import { dense } from './dense.ts';
import { laterBias, paddingBias } from './padding.ts';
import { type LayerScope, within } from './scope.ts';

export interface AttentionOptions {
  /** Divides the width. */
  heads: number;
  /** Token ids [batch, time] of what is looked at: no place looks at one that holds id 0. */
  tokens?: TensorRef | undefined;
  /** No place looks at later ones. */
  causal?: boolean;
}

/**
 * [batch, time, width] → the same; `heads` divides `width`. Parameters: `kernel` [3, width, width] and `bias` [3, 1, width]
 * of query, key and value, then `output/kernel` [width, width] and `output/bias` [width].
 */
export function attention(scope: LayerScope, x: TensorRef, options: AttentionOptions): TensorRef {
  const [query, key, value] = projections(scope, x, options.heads, 3);
  return attend(scope, [query!, key!, value!], options);
}

/**
 * [batch, time, width] → the same, looking at `memory` [batch, other time, other width]. Parameters: `query/kernel` [1, width, width] and
 * `query/bias` [1, 1, width], `memory/kernel` [2, other width, width] and `memory/bias` [2, 1, width] of key and value, then as `attention`.
 */
export function crossAttention(
  scope: LayerScope,
  x: TensorRef,
  memory: TensorRef,
  options: AttentionOptions,
): TensorRef {
  const width = x.shape[2]!;
  const [query] = projections(within(scope, 'query'), x, options.heads, 1);
  const [key, value] = projections(within(scope, 'memory'), memory, options.heads, 2, width);
  return attend(scope, [query!, key!, value!], options);
}

/** `count` projections of `x` [batch, time, …] to `width`, each as [batch, heads, time, size]. */
function projections(
  { ops, parameter }: LayerScope,
  x: TensorRef,
  heads: number,
  count: number,
  width = x.shape[2]!,
): TensorRef[] {
  const [batch, time, own] = x.shape as [number, number, number];
  const kernel = parameter('kernel', [count, own, width], 'glorotUniform');
  const bias = parameter('bias', [count, 1, width], 'zeros');
  const rows = ops.reshape(x, { shape: [1, batch * time, own] });
  const projected = ops.add(ops.matmul(rows, kernel), bias); // [count, batch · time, width]
  return Array.from({ length: count }, (_, place) => {
    const one = ops.slice(projected, { begin: [place, 0, 0], size: [1, batch * time, width] });
    return ops.transpose(ops.reshape(one, { shape: [batch, time, heads, width / heads] }), {
      permutation: [0, 2, 1, 3],
    });
  });
}

/** Query, key and value [batch, heads, time, size] → [batch, time, width]. */
function attend(
  scope: LayerScope,
  [query, key, value]: readonly [TensorRef, TensorRef, TensorRef],
  options: AttentionOptions,
): TensorRef {
  const { ops } = scope;
  const [batch, heads, time, size] = query.shape as [number, number, number, number];
  const scaled = ops.multiply(query, ops.constant(1 / Math.sqrt(size)));
  const scores = ops.matmul(scaled, key, { transposeB: true }); // [batch, heads, time, other time]
  const weights = ops.softmax(
    masks(ops, key.shape[2]!, options).reduce((sum, mask) => ops.add(sum, mask), scores),
  );
  const mixed = ops.transpose(ops.matmul(weights, value), { permutation: [0, 2, 1, 3] });
  const width = heads * size;
  return dense(within(scope, 'output'), ops.reshape(mixed, { shape: [batch, time, width] }), {
    units: width,
  });
}

/** What is added to scores [batch, heads, time, `time`]. */
function masks(ops: Ops, time: number, { tokens, causal }: AttentionOptions): TensorRef[] {
  const padding = tokens && ops.reshape(paddingBias(ops, tokens), { shape: [tokens.shape[0]!, 1, 1, time] });
  return [...(padding ? [padding] : []), ...(causal ? [laterBias(ops, time)] : [])];
}

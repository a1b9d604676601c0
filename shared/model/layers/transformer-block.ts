/**
 * A transformer's block with the norms first (Xiong et al. 2020): attention, then two dense layers with GELU between. A decoder's block
 * looks at no later places, and between the two at what the encoder made.
 */
import type { TensorRef } from '../../graph/ops.ts';
import { attention, crossAttention } from './attention.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { gelu } from './gelu.ts';
import { layerNorm } from './layer-norm.ts';
import { type LayerScope, within } from './scope.ts';

export interface TransformerBlockOptions {
  heads: number;
  /** Units of the inner dense layer. */
  hidden: number;
  /** Share dropped after attention and after the dense layers; default 0. */
  dropout?: number;
  /** Token ids [batch, time], of the memory where there is one: no place looks at one that holds id 0. */
  tokens?: TensorRef | undefined;
  /** [batch, other time, other width]: makes it a decoder's block. */
  memory?: TensorRef | undefined;
}

/** [batch, time, width] → the same. */
export function transformerBlock(
  scope: LayerScope,
  x: TensorRef,
  { heads, hidden, dropout: rate = 0, tokens, memory }: TransformerBlockOptions,
): TensorRef {
  const { ops } = scope;
  const part = (name: string) => within(scope, name);
  const looking = memory ? { heads, causal: true } : { heads, tokens };
  const looked = attention(part('attention'), layerNorm(part('norm1'), x), looking);
  const own = ops.add(x, dropout(part('dropout1'), looked, { rate }));
  const y = memory ? ops.add(own, dropout(part('dropout3'), across(own, memory), { rate })) : own;
  const inner = gelu(ops, dense(part('dense1'), layerNorm(part('norm2'), y), { units: hidden }));
  const outer = dense(part('dense2'), inner, { units: x.shape[2]! });
  return ops.add(y, dropout(part('dropout2'), outer, { rate }));

  function across(from: TensorRef, memory: TensorRef): TensorRef {
    return crossAttention(part('cross'), layerNorm(part('norm3'), from), memory, { heads, tokens });
  }
}

/** A transformer's encoder block with the norms first (Xiong et al. 2020): attention, then two dense layers with GELU between. */
import type { TensorRef } from '../../graph/ops.ts';
import { attention } from './attention.ts';
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
  /** Token ids [batch, time]: no place looks at one that holds id 0. */
  tokens?: TensorRef | undefined;
}

/** [batch, time, width] → the same. */
export function transformerBlock(
  scope: LayerScope,
  x: TensorRef,
  { heads, hidden, dropout: rate = 0, tokens }: TransformerBlockOptions,
): TensorRef {
  const { ops } = scope;
  const part = (name: string) => within(scope, name);
  const looked = attention(part('attention'), layerNorm(part('norm1'), x), { heads, tokens });
  const y = ops.add(x, dropout(part('dropout1'), looked, { rate }));
  const inner = gelu(ops, dense(part('dense1'), layerNorm(part('norm2'), y), { units: hidden }));
  const outer = dense(part('dense2'), inner, { units: x.shape[2]! });
  return ops.add(y, dropout(part('dropout2'), outer, { rate }));
}

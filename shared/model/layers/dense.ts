/** Fully connected: [..., n] → [..., units], the same weights for every place on the leading axes. */
import type { Initializer } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/operator.ts';
import type { TensorRef } from '../../graph/ops.ts';
import type { LayerScope } from './scope.ts';

export interface DenseOptions {
  units: number;
  /** Default true. */
  bias?: boolean;
  /** Default glorotUniform. */
  initializer?: Initializer;
}

/** Parameters `kernel` [n, units] and `bias` [units]. */
export function dense(
  { ops, parameter }: LayerScope,
  x: TensorRef,
  { units, bias = true, initializer = 'glorotUniform' }: DenseOptions,
): TensorRef {
  const leading = x.shape.slice(0, -1);
  const n = x.shape.at(-1)!;
  const kernel = parameter('kernel', [n, units], initializer);
  const flat = leading.length === 1;
  const rows = flat ? x : ops.reshape(x, { shape: [sizeOf(leading), n] });
  const product = ops.matmul(rows, kernel);
  const y = bias ? ops.add(product, parameter('bias', [units], 'zeros')) : product;
  return flat ? y : ops.reshape(y, { shape: [...leading, units] });
}

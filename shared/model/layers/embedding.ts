/** A vector for each of a fixed number of ids: int32 [...] → [..., size]. */
import type { TensorRef } from '../../graph/ops.ts';
import type { LayerScope } from './scope.ts';

export interface EmbeddingOptions {
  /** Ids go from 0 to `count` − 1. */
  count: number;
  /** Elements of a vector. */
  size: number;
}

/** Parameter `table` [count, size]. */
export function embedding({ ops, parameter }: LayerScope, ids: TensorRef, { count, size }: EmbeddingOptions) {
  return ops.gather(parameter('table', [count, size], 'glorotUniform'), ids);
}

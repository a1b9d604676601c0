/** Mean over all places: [batch, …, channels] → [batch, channels]. */
import type { Ops, TensorRef } from '../../graph/ops.ts';

export const globalAveragePool = (ops: Ops, x: TensorRef): TensorRef =>
  ops.mean(x, { axes: x.shape.slice(1, -1).map((_, i) => i + 1) });

/** What a model costs, from its graph alone: for refusing absurd ones before anything is allocated for them. */
import { AppError } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import { findOperator, type TensorRef } from '../graph/ops.ts';

/** Operators in one forward pass: recurrent blocks are unrolled, so that long sequences make many. */
const OPERATORS_MOST = 50_000;
/** Numbers in the value of one row. */
const ROW_MOST = 2 ** 31;

export interface ModelCost {
  /** Numbers to be learnt. */
  parameters: number;
  /** Numbers that one forward pass makes; training keeps them all for the gradients. */
  values: number;
  /** Multiply-adds of one forward pass. */
  multiplyAdds: number;
}

/** Of one row, for a graph traced with a batch of one. */
export function costOf({ nodes, parameters }: Graph): ModelCost {
  const cost: ModelCost = { parameters: 0, values: 0, multiplyAdds: 0 };
  for (const { shape } of parameters) cost.parameters += sizeOf(shape);
  for (const node of nodes) {
    if (node.op === 'parameter') continue;
    cost.values += sizeOf(node.shape);
    const inputs = node.inputs.map((id) => nodes[id]!);
    cost.multiplyAdds += findOperator(node.op)?.multiplyAdds?.(inputs, node.attributes, node) ?? 0;
  }
  return cost;
}

/** Refuses a model while it is traced, before it takes long to. Throws AppError `invalid_pipeline`. */
export function requireSize({ id, shape }: TensorRef): void {
  const row = sizeOf(shape.slice(1));
  if (row > ROW_MOST) {
    throw new AppError(
      'invalid_pipeline',
      `it gives ${row.toLocaleString('en-US')} numbers for each row; at most ${ROW_MOST.toLocaleString('en-US')} are accepted`,
    );
  }
  if (id > OPERATORS_MOST) {
    throw new AppError(
      'invalid_pipeline',
      `up to here the model is unrolled to ${id.toLocaleString('en-US')} operators; at most ${OPERATORS_MOST.toLocaleString('en-US')} are accepted: use shorter sequences or fewer recurrent blocks`,
    );
  }
}

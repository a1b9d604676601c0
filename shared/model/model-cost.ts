/** What a model costs, from its graph alone: for refusing absurd ones before anything is allocated for them. */
import type { Graph } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import { findOperator } from '../graph/ops.ts';

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

/**
 * A graph for batches of any size. A traced graph has sizes alone; of the same graph traced with two batches, what differs is what
 * follows the batch.
 */

import { AppError } from '../../errors.ts';
import type { Graph, Node, Shape } from '../../graph/graph.ts';
import { shareCommonSubexpressions } from '../../graph/passes/common-subexpressions.ts';
import { removeDeadCode } from '../../graph/passes/dead-code.ts';
import { simplify } from '../../graph/passes/simplify.ts';
import type { Dimension } from './messages.ts';

/** Sizes that no model has by chance at the same place. */
const [FEW, MANY] = [5, 7];

export interface BatchedNode extends Omit<Node, 'shape'> {
  shape: readonly Dimension[];
}

export interface BatchedGraph extends Omit<Graph, 'nodes'> {
  nodes: readonly BatchedNode[];
}

/** Throws AppError `unsupported` where the graph does otherwise with more rows. */
export function batchedGraph(trace: (batch: number) => Graph): BatchedGraph {
  const [few, many] = [FEW, MANY].map((batch) => simplified(trace(batch))) as [Graph, Graph];
  const isAlike = (node: Node, other: Node | undefined) =>
    node.op === other?.op &&
    node.inputs.join() === other.inputs.join() &&
    node.shape.length === other.shape.length;
  if (few.nodes.length !== many.nodes.length || !few.nodes.every((node, i) => isAlike(node, many.nodes[i])))
    throw new AppError('unsupported', 'this model is computed otherwise for more rows');
  return {
    ...few,
    nodes: few.nodes.map((node, i) => ({ ...node, shape: batchedShape(node.shape, many.nodes[i]!.shape) })),
  };
}

/** Constants are not worked out: they would be of one batch. */
function simplified(graph: Graph): Graph {
  let current = removeDeadCode(graph);
  for (;;) {
    const next = removeDeadCode(shareCommonSubexpressions(simplify(current)));
    if (next === current) return current;
    current = next;
  }
}

function batchedShape(few: Shape, many: Shape): Dimension[] {
  return few.map((size, axis) => {
    const other = many[axis]!;
    if (size === other) return size;
    const batch = (other - size) / (MANY - FEW);
    if (size !== batch * FEW || !Number.isInteger(batch))
      throw new AppError('unsupported', `a value of ${size} for ${FEW} rows and ${other} for ${MANY}`);
    return { batch };
  });
}

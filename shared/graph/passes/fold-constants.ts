/** Computes what depends on constants alone, where the result is small enough to carry about. */
import type { Graph } from '../graph.ts';
import { sizeOf } from '../operator.ts';
import { findOperator } from '../ops.ts';
import { rewriteGraph } from './rewrite.ts';

const LARGEST = 2 ** 16; // elements
/** A stretched constant is read through strides by what can; this much is not worth a node at run time. */
const LARGEST_STRETCHED = 2 ** 12;
const MOST_WORK = 2 ** 24; // multiply-adds

export function foldConstants(graph: Graph): Graph {
  return rewriteGraph(graph, (node, to) => {
    if (node.inputs.length === 0 || node.fused || !node.inputs.every((id) => to.nodes[id]!.value)) {
      return to.keep(node);
    }
    const operator = findOperator(node.op);
    const inputs = node.inputs.map((id) => to.nodes[id]!);
    const size = sizeOf(node.shape);
    const isFoldable =
      operator &&
      size <= (node.op === 'broadcastTo' ? LARGEST_STRETCHED : LARGEST) &&
      (operator.multiplyAdds?.(inputs, node.attributes, node) ?? size) <= MOST_WORK;
    if (!isFoldable) return to.keep(node);
    const data = node.dtype === 'int32' ? new Int32Array(size) : new Float32Array(size);
    const values = inputs.map(({ shape, value }) => ({ shape, data: value! }));
    operator.reference(values, node.attributes, { shape: node.shape, data });
    return to.addConstant(data, node);
  });
}

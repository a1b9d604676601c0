/** Which values of a graph no run can change: they depend on nothing but constants and parameters without an update. */
import type { Graph, Node } from '../../../graph/graph.ts';

/** Answers for a node, given the list of nodes that its inputs stand in. */
export function fixedNodes(graph: Graph): (node: Node, nodes: readonly Node[]) => boolean {
  const updated = new Set(graph.updates.map(({ parameter }) => parameter));
  const known = new WeakMap<Node, boolean>();
  const isFixed = (node: Node, nodes: readonly Node[]): boolean => {
    const before = known.get(node);
    if (before !== undefined) return before;
    const answer =
      node.op === 'parameter'
        ? !updated.has(String(node.attributes.name))
        : node.op === 'constant' ||
          (node.inputs.length > 0 && node.inputs.every((id) => isFixed(nodes[id]!, nodes)));
    known.set(node, answer);
    return answer;
  };
  return isFixed;
}

/** Removes what neither an output nor an update needs. Inputs and parameters stay: they are the graph's surface. */
import type { Graph } from '../graph.ts';
import { rewriteGraph } from './rewrite.ts';

/** By node: whether an output or an update (and with it the optimiser's gradient) depends on it. */
export function reachable(graph: Graph): boolean[] {
  const live = new Array<boolean>(graph.nodes.length).fill(false);
  for (const { node } of [...graph.outputs, ...graph.updates]) live[node] = true;
  for (let id = live.length - 1; id >= 0; id--) {
    if (live[id]) for (const input of graph.nodes[id]!.inputs) live[input] = true;
  }
  return live;
}

export function removeDeadCode(graph: Graph): Graph {
  const live = reachable(graph);
  const isNeeded = (id: number) =>
    live[id]! || graph.nodes[id]!.op === 'input' || graph.nodes[id]!.op === 'parameter';
  return rewriteGraph(graph, (node, to) => (isNeeded(node.id) ? to.keep(node) : null));
}

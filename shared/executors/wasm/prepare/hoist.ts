/**
 * Splits a graph in two: what depends on fixed values alone, to be run once after parameters were written, and the rest, which
 * finds those results in further parameters.
 */
import type { Graph, Node } from '../../../graph/graph.ts';
import { fixedNodes } from './fixed-nodes.ts';

export interface HoistedGraph {
  /** Outputs are the values that `main` has as parameters of the same names; null if there are none. */
  preparation: Graph | null;
  main: Graph;
}

/** Those cost nothing, or would only grow. */
const STAYS: ReadonlySet<string> = new Set(['parameter', 'constant', 'reshape', 'slice', 'broadcastTo']);

export function hoist(graph: Graph): HoistedGraph {
  const isFixed = fixedNodes(graph);
  const isHoisted = (node: Node) =>
    !STAYS.has(node.op) && node.dtype === 'float32' && isFixed(node, graph.nodes);
  const results = new Set<number>(); // hoisted, and read by what is not
  const used = graph.nodes.map(() => false);
  const read = (id: number) => {
    if (isHoisted(graph.nodes[id]!)) results.add(id);
    else used[id] = true;
  };
  for (const { node } of [...graph.outputs, ...graph.updates]) read(node);
  for (let id = used.length - 1; id >= 0; id--) if (used[id]) graph.nodes[id]!.inputs.forEach(read);
  if (results.size === 0) return { preparation: null, main: graph };

  const outputs = [...results].map((node) => ({ name: `prepared/${node}`, node }));
  const preparation = keepUsed(
    { nodes: graph.nodes, parameters: graph.parameters, inputs: [], outputs, updates: [] },
    [],
  );
  const inPreparation = new Set(preparation.parameters.map(({ name }) => name));
  const unread = graph.parameters.filter(({ name }) => !inPreparation.has(name)); // stay for read and write
  const main = keepUsed(
    {
      ...graph,
      nodes: graph.nodes.map((node) =>
        results.has(node.id)
          ? { ...node, op: 'parameter', inputs: [], attributes: { name: `prepared/${node.id}` } }
          : node,
      ),
      parameters: [
        ...graph.parameters,
        ...outputs.map(({ name, node }) => ({
          name,
          node,
          shape: graph.nodes[node]!.shape,
          dtype: graph.nodes[node]!.dtype,
          initializer: 'zeros' as const,
          trainable: false,
        })),
      ],
    },
    [...graph.inputs, ...unread],
  );
  return { preparation, main };
}

/** Without the nodes and parameters that lead nowhere, but for those in `surface`. */
function keepUsed(graph: Graph, surface: readonly { node: number }[]): Graph {
  const used = graph.nodes.map(() => false);
  const updated = graph.parameters.filter(({ name }) =>
    graph.updates.some(({ parameter }) => parameter === name),
  );
  for (const { node } of [...graph.outputs, ...graph.updates, ...updated, ...surface]) used[node] = true;
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    if (used[id]) for (const input of graph.nodes[id]!.inputs) used[input] = true;
  }
  const ids = new Map(graph.nodes.filter(({ id }) => used[id]).map(({ id }, place) => [id, place]));
  const moved = <T extends { node: number }>(list: readonly T[]): T[] =>
    list.filter(({ node }) => ids.has(node)).map((one) => ({ ...one, node: ids.get(one.node)! }));
  const { optimizer: _, ...rest } = graph;
  return {
    ...rest,
    nodes: graph.nodes
      .filter(({ id }) => ids.has(id))
      .map((node) => ({
        ...node,
        id: ids.get(node.id)!,
        inputs: node.inputs.map((input) => ids.get(input)!),
      })),
    inputs: moved(graph.inputs),
    parameters: moved(graph.parameters),
    outputs: moved(graph.outputs),
    updates: moved(graph.updates),
  };
}

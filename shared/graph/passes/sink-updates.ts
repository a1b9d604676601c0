/**
 * Puts the node that computes an update behind the nodes that read the parameter's old value, where it does not feed them:
 * then the memory plan can write it over the old value, without a copy.
 */
import type { Graph, Node } from '../graph.ts';
import { viewOf } from './views.ts';

export function sinkUpdates(graph: Graph): Graph {
  const { nodes } = graph;
  const isView = (id: number) => viewOf(nodes[id]!, []) !== null || nodes[id]!.op === 'concat';
  const readers = nodes.map((): number[] => []);
  for (const { id, inputs } of nodes) for (const input of inputs) readers[input]!.push(id);

  /** Nodes that read the value of `id`, themselves or through views of it. */
  const readersOf = (id: number): number[] =>
    readers[id]!.flatMap((reader) => (isView(reader) ? [reader, ...readersOf(reader)] : [reader]));
  /** Nodes that compute the value of `id`: itself, or those of what it is made of. */
  const writersOf = (id: number): number[] => (isView(id) ? nodes[id]!.inputs.flatMap(writersOf) : [id]);

  /** By node: others that had better come first, though it does not read them. */
  const waits = new Map<number, Set<number>>();
  for (const { parameter, node } of graph.updates) {
    const old = graph.parameters.find(({ name }) => name === parameter)!.node;
    const reading = readersOf(old);
    for (const writer of new Set(writersOf(node))) {
      const fed = dependents(nodes, writer);
      const others = reading.filter((reader) => !fed[reader]);
      waits.set(writer, new Set([...(waits.get(writer) ?? []), ...others]));
    }
  }
  return reorder(graph, orderOf(nodes, waits));
}

/** By node: whether it is `id` or depends on it. */
function dependents(nodes: readonly Node[], id: number): boolean[] {
  const fed: boolean[] = [];
  for (const node of nodes) fed.push(node.id === id || node.inputs.some((input) => fed[input]!));
  return fed;
}

/** As it was, but for nodes that wait: those come behind the rest, and what reads them after them. */
function orderOf(nodes: readonly Node[], waits: ReadonlyMap<number, ReadonlySet<number>>): number[] {
  const order: number[] = [];
  const isDone = new Array<boolean>(nodes.length).fill(false);
  let rest: readonly Node[] = nodes;
  let patience = true;
  while (rest.length > 0) {
    const left: Node[] = [];
    for (const node of rest) {
      const isReady = node.inputs.every((input) => isDone[input]);
      const isFree = [...(waits.get(node.id) ?? [])].every((other) => isDone[other]);
      if (!isReady || (!isFree && patience)) {
        left.push(node);
        continue;
      }
      patience = true; // two updates that wait for each other: one of them goes first
      isDone[node.id] = true;
      order.push(node.id);
    }
    patience = left.length < rest.length;
    rest = left;
  }
  return order;
}

function reorder(graph: Graph, order: readonly number[]): Graph {
  if (order.every((id, place) => id === place)) return graph;
  const ids = new Map(order.map((id, place) => [id, place]));
  const renumber = <T extends { node: number }>(entry: T): T => ({ ...entry, node: ids.get(entry.node)! });
  return {
    nodes: order.map((id, place) => {
      const node = graph.nodes[id]!;
      return { ...node, id: place, inputs: node.inputs.map((input) => ids.get(input)!) };
    }),
    inputs: graph.inputs.map(renumber),
    parameters: graph.parameters.map(renumber),
    outputs: graph.outputs.map(renumber),
    updates: graph.updates.map(renumber),
    ...(graph.optimizer && {
      optimizer: { ...graph.optimizer, gradient: ids.get(graph.optimizer.gradient)! },
    }),
  };
}

/** Walks a graph in order and writes a new one: what every pass is made of. */
import type { Attributes, Fused, Graph, Node, Shape, TensorType } from '../graph.ts';
import { findOperator } from '../ops.ts';

export class Rewriter {
  readonly nodes: Node[] = [];

  /** The node as it is. */
  keep(node: Node): number {
    return node.id === this.nodes.length ? this.nodes.push(node) - 1 : this.write(node);
  }

  /** A node of operator `op`, its type worked out. */
  add(op: string, inputs: readonly number[], attributes: Attributes = {}): number {
    const type = findOperator(op)!.type(
      inputs.map((id) => this.nodes[id]!),
      attributes,
    );
    return this.write({ op, inputs, attributes, ...type });
  }

  addConstant(value: Float32Array | Int32Array, { shape, dtype }: TensorType): number {
    return this.write({ op: 'constant', inputs: [], attributes: {}, shape, dtype, value });
  }

  /** A node with a fused body, of shape `shape`. */
  addFused(
    op: string,
    inputs: readonly number[],
    attributes: Attributes,
    shape: Shape,
    fused: Fused,
  ): number {
    return this.write({ op, inputs, attributes, shape, dtype: 'float32', fused });
  }

  private write({ op, inputs, attributes, shape, dtype, value, fused }: Omit<Node, 'id'>): number {
    const id = this.nodes.length;
    this.nodes.push({
      id,
      op,
      inputs,
      attributes,
      shape,
      dtype,
      ...(value && { value }),
      ...(fused && { fused }),
    });
    return id;
  }
}

/**
 * `rule` sees each node with its inputs as they are called in the new graph (`node.id` is still the old one), and answers
 * with the id that stands for it there, or null for a node that nothing will read. Gives back `graph` itself if `rule` kept every node.
 */
export function rewriteGraph(graph: Graph, rule: (node: Node, to: Rewriter) => number | null): Graph {
  const to = new Rewriter();
  const ids: (number | null)[] = [];
  let changed = false;
  for (const node of graph.nodes) {
    const renumbered = node.inputs.some((input) => ids[input] !== input);
    const current = renumbered ? { ...node, inputs: node.inputs.map((input) => ids[input]!) } : node;
    const id = rule(current, to);
    changed ||= id === null || to.nodes[id] !== node || to.nodes.length !== id + 1;
    ids.push(id);
  }
  if (!changed) return graph;
  const renumber = <T extends { node: number }>(entry: T): T => ({ ...entry, node: ids[entry.node]! });
  return {
    nodes: to.nodes,
    inputs: graph.inputs.map(renumber),
    parameters: graph.parameters.map(renumber),
    outputs: graph.outputs.map(renumber),
    updates: graph.updates.map(renumber),
    ...(graph.optimizer && {
      optimizer: { ...graph.optimizer, gradient: ids[graph.optimizer.gradient]! },
    }),
  };
}

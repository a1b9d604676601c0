/** Walks a graph in order and writes a new one: what every pass is made of. */
import type { Attributes, Fused, Graph, Node, Shape, TensorType } from '../graph.ts';
import { findOperator } from '../ops.ts';

export class Rewriter {
  readonly nodes: Node[] = [];

  /** The node as it is. */
  keep(node: Node): number {
    return this.write(node);
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
 * with the id that stands for it there, or null for a node that nothing will read. Gives back `graph` itself if nothing changed.
 */
export function rewriteGraph(graph: Graph, rule: (node: Node, to: Rewriter) => number | null): Graph {
  const to = new Rewriter();
  const ids: (number | null)[] = [];
  let changed = false;
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => ids[id]!);
    const before = to.nodes.length;
    const id = rule(inputs.every((input, i) => input === node.inputs[i]) ? node : { ...node, inputs }, to);
    const kept = id === before && to.nodes.length === before + 1 && isSame(to.nodes[id]!, node, inputs);
    changed ||= !kept;
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

const isSame = (written: Node, node: Node, inputs: readonly number[]): boolean =>
  written.op === node.op &&
  written.attributes === node.attributes &&
  written.value === node.value &&
  written.fused === node.fused &&
  written.inputs.length === inputs.length &&
  written.inputs.every((input, i) => input === inputs[i]);

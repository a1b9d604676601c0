/** Reverse-mode differentiation, graph to graph: the gradient of a graph is more of the same graph. */
import { AppError } from '../errors.ts';
import type { Node } from './graph.ts';
import { showShape } from './operator.ts';
import { findOperator, type Ops, type TensorRef } from './ops.ts';

/**
 * Gradient of the scalar node `loss` by each of the nodes `by`, traced through `ops` behind `nodes`. Zeros where the loss
 * does not depend on it. Throws AppError `unsupported`, naming the operator, where the way leads through one without a gradient.
 */
export function gradientsOf(
  ops: Ops,
  nodes: readonly Node[],
  loss: TensorRef,
  by: readonly TensorRef[],
): TensorRef[] {
  if (loss.shape.length > 0) {
    throw new AppError(
      'invalid_pipeline',
      `A loss is one number; this one has shape ${showShape(loss.shape)}`,
    );
  }
  const depends = dependsOn(nodes, by);
  const gradients = new Map<number, TensorRef>([[loss.id, ops.constant(1)]]);
  for (let id = loss.id; id >= 0; id--) {
    const node = nodes[id]!;
    const dy = gradients.get(id);
    if (!dy || !depends[id] || node.inputs.length === 0) continue;
    const operator = findOperator(node.op);
    if (!operator?.gradient) {
      throw new AppError(
        'unsupported',
        `Operator ${node.op} has no gradient, and a parameter lies behind it`,
      );
    }
    const inputs = node.inputs.map((input) => nodes[input]!);
    const byInput = operator.gradient({ ops, inputs, output: node, attributes: node.attributes, dy });
    for (const [place, input] of node.inputs.entries()) {
      const gradient = byInput[place];
      if (!gradient || !depends[input]) continue;
      const others = gradients.get(input);
      gradients.set(input, others ? ops.add(others, gradient) : gradient);
    }
  }
  return by.map(({ id, shape }) => gradients.get(id) ?? ops.broadcastTo(ops.constant(0), { shape }));
}

/** For each node, whether any of `by` goes into it. */
function dependsOn(nodes: readonly Node[], by: readonly TensorRef[]): boolean[] {
  const sources = new Set(by.map(({ id }) => id));
  const depends: boolean[] = [];
  for (const { id, inputs } of nodes) {
    depends.push(sources.has(id) || inputs.some((input) => depends[input]!));
  }
  return depends;
}

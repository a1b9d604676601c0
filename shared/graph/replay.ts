/** Traces a graph again, node by node, with some of its nodes replaced: how a graph is changed without touching the old one. */
import type { Graph, Node } from './graph.ts';
import { findOperator, type TensorRef, type Tracer } from './ops.ts';

/**
 * `replace` may give another value for a node; where it gives undefined the node is traced as it was. Updates are traced
 * again too. Returns the new value of each node, by the old id. Not for graphs with fused nodes.
 */
export function replay(
  tracer: Tracer,
  graph: Graph,
  replace: (node: Node, refs: readonly TensorRef[]) => TensorRef | undefined,
): readonly TensorRef[] {
  const parameters = new Map(graph.parameters.map((parameter) => [parameter.node, parameter]));
  const refs: TensorRef[] = [];
  for (const node of graph.nodes) {
    const parameter = parameters.get(node.id);
    refs.push(
      replace(node, refs) ??
        (parameter
          ? tracer.parameter(parameter.name, parameter.shape, parameter.initializer, parameter)
          : retrace(tracer, node, refs)),
    );
  }
  for (const { parameter, node } of graph.updates) {
    const { node: target } = graph.parameters.find(({ name }) => name === parameter)!;
    tracer.update(refs[target]!, refs[node]!);
  }
  return refs;
}

function retrace(
  tracer: Tracer,
  { op, inputs, attributes, shape, dtype, value }: Node,
  refs: readonly TensorRef[],
): TensorRef {
  if (op === 'input') return tracer.input(String(attributes.name), shape, dtype);
  if (op === 'constant') return tracer.ops.constant(value!, shape);
  const from = inputs.map((id) => refs[id]!);
  const method = tracer.ops[op as keyof typeof tracer.ops] as (...args: unknown[]) => TensorRef;
  return findOperator(op)?.arity === 'many' ? method(from, attributes) : method(...from, attributes);
}

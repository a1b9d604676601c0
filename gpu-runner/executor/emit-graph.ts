/** Writes one run of a graph into a function's body: reads of the parameters, the nodes in order, and the updates. */
import { AppError } from '../../shared/errors.ts';
import type { Graph } from '../../shared/graph/graph.ts';
import { emitters } from './emit/list.ts';
import { attr } from './graph-def.ts';
import type { Scope, Value } from './scope.ts';

export interface EmittedRun {
  /** Values of the graph's outputs, in order. */
  outputs: readonly Value[];
  /** What changes parameters. */
  updates: readonly Value[];
}

/** `inputs` and `resources`: values of the graph's inputs, and handles of its parameters, in the graph's order. */
export function emitRun(
  scope: Scope,
  graph: Graph,
  inputs: readonly Value[],
  resources: readonly Value[],
): EmittedRun {
  const values: Value[] = [];
  graph.inputs.forEach(({ node }, i) => {
    values[node] = inputs[i]!;
  });
  graph.parameters.forEach(({ node, dtype }, i) => {
    values[node] = scope.add(
      'ReadVariableOp',
      [resources[i]!],
      { dtype: attr.type(dtype) },
      { output: 'value' },
    );
  });
  const shared = new Map<string, Value>();
  for (const node of graph.nodes) {
    if (values[node.id] !== undefined) continue;
    if (node.op === 'constant') {
      values[node.id] = scope.constant(node.dtype, node.shape, node.value!);
      continue;
    }
    if (node.shape.includes(0)) {
      // Not every kernel gives an empty result its shape.
      values[node.id] = scope.constant(node.dtype, node.shape, new Float32Array());
      continue;
    }
    values[node.id] = emitterOf(node.op)({
      scope,
      node,
      attributes: node.attributes,
      inputs: node.inputs.map((id) => values[id]!),
      types: node.inputs.map((id) => graph.nodes[id]!),
      shared,
    });
  }
  // A value once read stays as it was, also while a later node overwrites its parameter.
  const reads = graph.parameters.map(({ node }) => values[node]!);
  const updates = graph.updates.map(({ parameter, node }) => {
    const at = graph.parameters.findIndex(({ name }) => name === parameter);
    return scope.add(
      'AssignVariableOp',
      [resources[at]!, values[node]!],
      { dtype: attr.type(graph.parameters[at]!.dtype), validate_shape: attr.flag(false) },
      { after: reads },
    );
  });
  return { outputs: graph.outputs.map(({ node }) => values[node]!), updates };
}

export function emitterOf(op: string) {
  const emitter = emitters.get(op);
  if (!emitter) throw new AppError('unsupported', `The tensorflow executor has no operator "${op}"`);
  return emitter;
}

/** Runs a graph through TensorFlow.js, eagerly. Training differentiates this very function by `tf.variableGrads`. */
import type { Graph } from '../../graph/graph.ts';
import type { RunContext, Tensor, TensorFlow } from '../../graph/operator.ts';
import { operatorsOf } from '../check-values.ts';

export interface TensorInputs {
  inputs: Readonly<Record<string, Tensor>>;
  parameters: ReadonlyMap<string, Tensor>;
}

/** Call it inside `tf.tidy`: what lies between inputs and outputs is left to the caller's scope. */
export function interpret(
  tf: TensorFlow,
  graph: Graph,
  { inputs, parameters }: TensorInputs,
  context: RunContext,
): Record<string, Tensor> {
  const operators = operatorsOf(graph);
  const values: Tensor[] = [];
  for (const { name, node } of graph.inputs) values[node] = inputs[name]!;
  for (const { name, node } of graph.parameters) values[node] = parameters.get(name)!;
  for (const node of graph.nodes) {
    const operator = operators[node.id];
    if (!operator) continue;
    const from = node.inputs.map((id) => values[id]!);
    values[node.id] = operator.tfjs(tf, from, node.attributes, context);
  }
  return Object.fromEntries(graph.outputs.map(({ name, node }) => [name, values[node]!]));
}

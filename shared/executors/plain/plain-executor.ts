/**
 * The reference: runs a graph node by node in TypeScript, in float32 or, to differentiate by finite differences, in
 * float64. Every node's buffer is allocated once, by `compile`.
 */
import type { Graph, Node, TensorData, TensorType } from '../../graph/graph.ts';
import { type AnyValue, sizeOf } from '../../graph/operator.ts';
import { checkedSteps, checkedValue, operatorsOf, parameterOf } from '../check-values.ts';
import type { Executor, Program, Values } from '../executor.ts';
import { compileFused, type Float } from './fused.ts';

export function createPlainExecutor(options?: { precision: 'float32' }): Executor;
export function createPlainExecutor(options: { precision: 'float64' }): Executor<Float64Array>;
export function createPlainExecutor({
  precision = 'float32',
}: {
  precision?: string;
} = {}): Executor<TensorData> {
  return {
    name: 'plain',
    compile: async (graph, values) =>
      compile(graph, values, precision === 'float64' ? Float64Array : Float32Array),
  };
}

function compile(graph: Graph, given: Values, Float: Float): Program<TensorData> {
  const allocate = ({ shape, dtype }: TensorType, count = 1): TensorData =>
    new (dtype === 'int32' ? Int32Array : Float)(count * sizeOf(shape));
  const values: AnyValue[] = graph.nodes.map((node) => ({
    shape: node.shape,
    data: node.value ?? (node.op === 'input' ? new Float(0) : allocate(node)),
  }));
  const kernels = kernelsOf(graph, values, Float);
  const updates = graph.updates.map(({ parameter, node }) => ({
    to: values[parameterOf(graph, parameter).node]!,
    from: values[node]!,
    // What is itself a parameter may be overwritten before it is read.
    staged: graph.nodes[node]!.op === 'parameter' ? allocate(graph.nodes[node]!) : undefined,
  }));

  const once = (take: () => void) => {
    for (const kernel of kernels) kernel();
    take();
    for (const { from, staged } of updates) staged?.set(from.data);
    for (const { to, from, staged } of updates) to.data.set(staged ?? from.data);
  };
  const program: Program<TensorData> = {
    async run(inputs) {
      for (const { name, node } of graph.inputs) {
        values[node]!.data = checkedValue('input', name, inputs[name], graph.nodes[node]!).data;
      }
      const outputs: Record<string, AnyValue> = {};
      once(() => {
        for (const { name, node } of graph.outputs) {
          outputs[name] = { shape: values[node]!.shape, data: new Float(values[node]!.data) };
        }
      });
      return outputs;
    },
    async steps(count, inputs) {
      const all = graph.inputs.map(({ name, node }) =>
        checkedSteps(name, inputs[name], count, graph.nodes[node]!),
      );
      const outputs = graph.outputs.map(({ node }) => ({
        from: values[node]!,
        to: new Float(count * values[node]!.data.length),
      }));
      for (let step = 0; step < count; step++) {
        graph.inputs.forEach(({ node }, i) => {
          const size = sizeOf(graph.nodes[node]!.shape);
          values[node]!.data = all[i]!.subarray(step * size, (step + 1) * size);
        });
        once(() => {
          for (const { from, to } of outputs) to.set(from.data, step * from.data.length);
        });
      }
      return Object.fromEntries(graph.outputs.map(({ name }, i) => [name, outputs[i]!.to]));
    },
    async write(given) {
      const checked = [...given].map(([name, value]) => {
        const { node } = parameterOf(graph, name);
        return { node, data: checkedValue('parameter', name, value, graph.nodes[node]!).data };
      });
      for (const { node, data } of checked) values[node]!.data.set(data);
    },
    async read(names) {
      return new Map(
        names.map((name) => {
          const { shape, data } = values[parameterOf(graph, name).node]!;
          return [name, { shape, data: data.slice() }];
        }),
      );
    },
    dispose() {
      values.length = 0;
      kernels.length = 0;
    },
  };
  for (const { name, node } of graph.parameters) {
    const value = given.get(name);
    if (value) values[node]!.data.set(checkedValue('parameter', name, value, graph.nodes[node]!).data);
  }
  return program;
}

/** What a run calls, in order; each fills its node's value from those before. */
function kernelsOf(graph: Graph, values: readonly AnyValue[], Float: Float): (() => void)[] {
  const operators = operatorsOf(graph);
  return graph.nodes.flatMap((node: Node) => {
    const operator = operators[node.id];
    const inputs = node.inputs.map((id) => values[id]!);
    const out = values[node.id]!;
    if (node.fused) {
      return [compileFused({ node, operator, inputs, out, Float })];
    }
    return operator ? [() => operator.reference(inputs, node.attributes, out)] : [];
  });
}

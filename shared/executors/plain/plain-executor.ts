/** The reference: runs a graph node by node in TypeScript. Every node's buffer is allocated once, by `compile`. */
import type { TensorValue } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/operator.ts';
import { checkedValue, operatorsOf } from '../check-values.ts';
import type { Executor } from '../executor.ts';

export function createPlainExecutor(): Executor {
  return {
    name: 'plain',
    async compile(graph, parameters) {
      const operators = operatorsOf(graph);
      const values: TensorValue[] = graph.nodes.map(({ shape }, id) => ({
        shape,
        data: new Float32Array(operators[id] ? sizeOf(shape) : 0),
      }));
      for (const { name, node, shape } of graph.parameters) {
        values[node] = checkedValue('parameter', name, parameters.get(name), shape);
      }
      return {
        async run(inputs, context = { step: 0 }) {
          for (const { name, node } of graph.inputs) {
            values[node] = checkedValue('input', name, inputs[name], graph.nodes[node]!.shape);
          }
          for (const node of graph.nodes) {
            operators[node.id]?.plain(
              node.inputs.map((id) => values[id]!),
              node.attributes,
              values[node.id]!,
              context,
            );
          }
          return Object.fromEntries(
            graph.outputs.map(({ name, node }) => [
              name,
              { shape: values[node]!.shape, data: values[node]!.data.slice() },
            ]),
          );
        },
        dispose() {
          values.length = 0;
        },
      };
    },
  };
}

/** Runs graphs on whichever backend the given TensorFlow.js has set. Parameters are uploaded once, by `compile`. */
import type { Tensor, TensorFlow } from '../../graph/operator.ts';
import { checkedValue, operatorsOf } from '../check-values.ts';
import type { Executor } from '../executor.ts';
import { interpret } from './interpret.ts';

export function createTfjsExecutor(tf: TensorFlow): Executor {
  return {
    name: `tfjs:${tf.getBackend()}`,
    async compile(graph, values) {
      operatorsOf(graph); // throws for one that is not known
      const checked = graph.parameters.map(({ name, shape }) =>
        checkedValue('parameter', name, values.get(name), shape),
      );
      const parameters = new Map<string, Tensor>(
        graph.parameters.map(({ name }, i) => [name, tf.tensor(checked[i]!.data, [...checked[i]!.shape])]),
      );
      return {
        async run(given, context = { step: 0 }) {
          const outputs = tf.tidy(() => {
            const inputs = Object.fromEntries(
              graph.inputs.map(({ name, node }) => {
                const { shape, data } = checkedValue('input', name, given[name], graph.nodes[node]!.shape);
                return [name, tf.tensor(data, [...shape])];
              }),
            );
            return interpret(tf, graph, { inputs, parameters }, context);
          });
          try {
            const read = Object.entries(outputs).map(async ([name, tensor]) => {
              // A copy: the CPU backend hands out its own buffer, and an output may be a parameter.
              const data = Float32Array.from(await tensor.data());
              return [name, { shape: tensor.shape, data }] as const;
            });
            return Object.fromEntries(await Promise.all(read));
          } finally {
            const kept = new Set(parameters.values());
            for (const tensor of Object.values(outputs)) if (!kept.has(tensor)) tensor.dispose();
          }
        },
        dispose() {
          for (const tensor of parameters.values()) tensor.dispose();
          parameters.clear();
        },
      };
    },
  };
}

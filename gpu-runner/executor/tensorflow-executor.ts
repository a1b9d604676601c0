/** Runs graphs natively in libtensorflow, written as a SavedModel; parameters are its variables and stay there. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { checkedSteps, checkedValue, operatorsOf, parameterOf } from '../../shared/executors/check-values.ts';
import type { Executor, Program, Values } from '../../shared/executors/executor.ts';
import type { Graph, TensorData, TensorValue } from '../../shared/graph/graph.ts';
import { sizeOf } from '../../shared/graph/operator.ts';
import { optimize } from '../../shared/graph/passes/optimize.ts';
import { emitterOf } from './emit-graph.ts';
import { graphModel } from './graph-model.ts';
import { openSession, type Session } from './session.ts';
import { NAMES, type Threads } from './signatures.ts';

/** `tf`: tfjs-node, with its backend set. `threads`: see there; by default what suits the device. */
export function createTensorflowExecutor(
  tf: typeof TensorFlow,
  { threads = usesGpu(tf) ? 'many' : 'one' }: { threads?: Threads } = {},
): Executor {
  return {
    name: 'tensorflow',
    async compile(given, parameters) {
      for (const operator of operatorsOf(given)) if (operator) emitterOf(operator.name);
      const graph = optimize(given, { fuse: false });
      const initial = new Map(
        graph.parameters.map((parameter) => {
          const { name, shape, dtype } = parameter;
          const value = parameters.get(name);
          if (value) return [name, checkedValue('parameter', name, value, parameter)];
          return [name, { shape, data: new (dtype === 'int32' ? Int32Array : Float32Array)(sizeOf(shape)) }];
        }),
      );
      const program = createProgram(graph, await openSession(tf, graphModel(graph, threads)));
      try {
        await program.write(initial);
      } catch (error) {
        program.dispose();
        throw error;
      }
      return program;
    },
  };
}

const usesGpu = (tf: typeof TensorFlow): boolean =>
  (tf.backend() as unknown as { isUsingGpuDevice: boolean }).isUsingGpuDevice;

function createProgram(graph: Graph, session: Session): Program {
  const variable = (name: string): number => graph.parameters.indexOf(parameterOf(graph, name));
  // The last is the one that says that the updates are done.
  const resultsOf = (node: string) => [...graph.outputs, 'done'].map((_, i) => `${node}:${i}`);
  const runResults = resultsOf(NAMES.run);
  const stepsResults = resultsOf(NAMES.steps);
  return {
    async run(inputs) {
      const given = graph.inputs.map(({ name, node }, i) => [
        NAMES.input(i),
        checkedValue('input', name, inputs[name], graph.nodes[node]!),
      ]);
      const values = session.run(Object.fromEntries(given), runResults);
      return Object.fromEntries(graph.outputs.map(({ name }, i) => [name, values[i] as TensorValue]));
    },
    async steps(count, inputs) {
      const given = graph.inputs.map(({ name, node }, i) => {
        const type = graph.nodes[node]!;
        const data = checkedSteps(name, inputs[name], count, type);
        return [NAMES.stepsInput(i), { shape: [count, ...type.shape], data }];
      });
      const values = session.run(
        { [NAMES.count]: { shape: [], data: Int32Array.of(count) }, ...Object.fromEntries(given) },
        stepsResults,
      );
      return Object.fromEntries(graph.outputs.map(({ name }, i) => [name, values[i]!.data as Float32Array]));
    },
    async write(values: Values) {
      const checked = [...values].map(
        ([name, value]) =>
          [variable(name), checkedValue('parameter', name, value, parameterOf(graph, name))] as const,
      );
      for (const [i, value] of checked) session.run({ [NAMES.write(i)]: value }, [`${NAMES.written(i)}:0`]);
    },
    async read(names) {
      const places = names.map(variable);
      const values =
        places.length === 0
          ? []
          : session.run(
              {},
              places.map((i) => `${NAMES.read(i)}:0`),
            );
      return new Map(names.map((name, i) => [name, values[i] as TensorValue<TensorData>]));
    },
    dispose: () => session.dispose(),
  };
}

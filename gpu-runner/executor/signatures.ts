/** What the functions of a graph's model take and give, and by which names. */
import type { Graph, TensorType } from '../../shared/graph/graph.ts';
import { type Argument, attr, type NodeAttributes } from './graph-def.ts';
import type { Value } from './scope.ts';

/** Names of nodes: the i-th parameter, input or output. */
export const NAMES = {
  variable: (i: number) => `variable_${i}`,
  write: (i: number) => `write_${i}`,
  written: (i: number) => `written_${i}`,
  read: (i: number) => `read_${i}`,
  input: (i: number) => `input_${i}`,
  run: 'run',
  count: 'count',
  stepsInput: (i: number) => `steps_input_${i}`,
  steps: 'steps',
} as const;

export const handles = ({ parameters }: Graph): string[] => parameters.map((_, i) => NAMES.variable(i));
const resources = (graph: Graph): Argument[] => handles(graph).map((name) => ({ name, type: 'resource' }));

export const outputTypes = (graph: Graph): TensorType[] =>
  graph.outputs.map(({ node }) => graph.nodes[node]!);

/** One run takes the inputs and the variables. */
export const runArguments = (graph: Graph): Argument[] => [
  ...graph.inputs.map(({ node }, i) => ({ name: NAMES.input(i), type: graph.nodes[node]!.dtype })),
  ...resources(graph),
];

/** Many runs take their number, the inputs of all of them, and the variables. */
export const stepsArguments = (graph: Graph): Argument[] => [
  { name: NAMES.count, type: 'int32' },
  ...graph.inputs.map(({ node }, i) => ({ name: NAMES.stepsInput(i), type: graph.nodes[node]!.dtype })),
  ...resources(graph),
];

/** Either gives the graph's outputs and, last, an int32 that is there once all updates are done. */
export const results = (graph: Graph, values: readonly Value[], done: Value) => [
  ...outputTypes(graph).map(({ dtype }, i) => ({ name: `output_${i}`, type: dtype, value: values[i]! })),
  { name: 'done', type: 'int32' as const, value: done },
];

/**
 * How a function's nodes are run. `one`: one after the other on the calling thread, without a hand-over for each of them; kernels
 * still share their work among threads. `many`: by TensorFlow's scheduler, which alone can work across devices.
 */
export type Threads = 'one' | 'many';
const EXECUTORS = { one: 'SINGLE_THREADED_EXECUTOR', many: '' };

/** Attributes of a loop, and of its functions. */
export const loopAttributes = (
  threads: Threads,
  functions: Readonly<Record<string, string>>,
): NodeAttributes => {
  // A loop that TensorFlow may take apart has its nodes placed on the device of their variables, one by one.
  const placed: NodeAttributes = threads === 'many' ? { _lower_using_switch_merge: attr.flag(true) } : {};
  const run: NodeAttributes = threads === 'one' ? { _executor: attr.text(EXECUTORS.one) } : {};
  const calls = Object.entries(functions).map(([role, name]) => [role, attr.function(name, run)]);
  return { ...placed, parallel_iterations: attr.int(1), ...Object.fromEntries(calls) };
};

export const functionName = (node: string): string => `${node}_function`;

/** Attributes of a call of `run` or `steps`. */
export const callAttributes = (
  name: string,
  { graph, given, threads }: { graph: Graph; given: readonly Argument[]; threads: Threads },
): NodeAttributes => ({
  Tin: attr.types(given.map(({ type }) => type)),
  Tout: attr.types([...outputTypes(graph).map(({ dtype }) => dtype), 'int32']),
  f: attr.function(functionName(name)),
  config: attr.text(''),
  config_proto: attr.text(''),
  executor_type: attr.text(EXECUTORS[threads]),
});

/** The i-th output of the node that gives `first`. */
export const outputOf = (first: Value, i: number): Value => first.replace(/0$/, String(i));

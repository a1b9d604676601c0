/**
 * A graph as TensorFlow's: variables for the parameters, and nodes that tfjs-node calls by name to write and read them, to run
 * once, and to run many times in one call.
 */
import type { DType, Graph, TensorType } from '../../shared/graph/graph.ts';
import { emitRun } from './emit-graph.ts';
import {
  type Argument,
  attr,
  type FunctionDef,
  functionDef,
  type NodeAttributes,
  type NodeDef,
  nodeDef,
  savedModel,
  type TypeName,
} from './graph-def.ts';
import { createScope, INT, type Value } from './scope.ts';

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

const UNKNOWN = -1;

/** Bytes of `saved_model.pb`. */
export function graphModel(graph: Graph): Uint8Array {
  const nodes = [...variableNodes(graph), ...runNodes(graph), ...stepsNodes(graph)];
  return savedModel(nodes, [
    runFunction(graph),
    stepsFunction(graph),
    bodyFunction(graph),
    moreFunction(graph),
  ]);
}

function variableNodes({ parameters }: Graph): NodeDef[] {
  return parameters.flatMap(({ shape, dtype }, i) => {
    const type = { dtype: attr.type(dtype) };
    const handle = NAMES.variable(i);
    return [
      nodeDef(handle, 'VarHandleOp', [], {
        ...type,
        shape: attr.shape(shape),
        shared_name: attr.text(handle),
        container: attr.text(''),
      }),
      placeholder(NAMES.write(i), dtype, shape),
      nodeDef(`assign_${i}`, 'AssignVariableOp', [handle, NAMES.write(i)], type),
      nodeDef(NAMES.written(i), 'Const', [`^assign_${i}`], {
        dtype: INT,
        value: attr.tensor('int32', [], Int32Array.of(1)),
      }),
      nodeDef(NAMES.read(i), 'ReadVariableOp', [handle], type),
    ];
  });
}

const placeholder = (name: string, dtype: DType, shape: readonly number[]): NodeDef =>
  nodeDef(name, 'Placeholder', [], { dtype: attr.type(dtype), shape: attr.shape(shape) });

/** A call of one of the functions below. */
function call(
  name: string,
  inputs: readonly string[],
  types: readonly TypeName[],
  outputs: readonly TypeName[],
) {
  return nodeDef(name, 'StatefulPartitionedCall', inputs, {
    Tin: attr.types(types),
    Tout: attr.types(outputs),
    f: attr.function(`${name}_function`),
    config: attr.text(''),
    config_proto: attr.text(''),
    executor_type: attr.text(EXECUTOR),
  });
}

/** Runs a function's nodes one after the other on the calling thread: no hand-over between threads for each of them. */
const EXECUTOR = 'SINGLE_THREADED_EXECUTOR';

const handles = ({ parameters }: Graph) => parameters.map((_, i) => NAMES.variable(i));
const resources = (graph: Graph): Argument[] =>
  handles(graph).map((name) => ({ name, type: 'resource' as const }));
const typesOf = (all: readonly Argument[]) => all.map(({ type }) => type);
const outputTypes = (graph: Graph): TensorType[] => graph.outputs.map(({ node }) => graph.nodes[node]!);

function runNodes(graph: Graph): NodeDef[] {
  const inputs = graph.inputs.map(({ node }, i) => {
    const { dtype, shape } = graph.nodes[node]!;
    return placeholder(NAMES.input(i), dtype, shape);
  });
  const names = [...graph.inputs.map((_, i) => NAMES.input(i)), ...handles(graph)];
  const types = typesOf(runArguments(graph));
  return [
    ...inputs,
    call(NAMES.run, names, types, [...outputTypes(graph).map(({ dtype }) => dtype), 'int32']),
  ];
}

const runArguments = (graph: Graph): Argument[] => [
  ...graph.inputs.map(({ node }, i) => ({ name: NAMES.input(i), type: graph.nodes[node]!.dtype })),
  ...resources(graph),
];

function runFunction(graph: Graph): FunctionDef {
  const scope = createScope();
  const inputs = graph.inputs.map((_, i) => NAMES.input(i));
  const { outputs, updates } = emitRun(scope, graph, inputs, handles(graph));
  const done = scope.add('Identity', [scope.int(1)], { T: INT }, { after: updates });
  return functionDef(`${NAMES.run}_function`, {
    inputs: runArguments(graph),
    outputs: [
      ...outputTypes(graph).map(({ dtype }, i) => ({ name: `output_${i}`, type: dtype, value: outputs[i]! })),
      { name: 'done', type: 'int32', value: done },
    ],
    nodes: scope.nodes,
  });
}

/** Given to `steps`: how many runs, the inputs of all runs, the variables. */
const stepsArguments = (graph: Graph): Argument[] => [
  { name: NAMES.count, type: 'int32' },
  ...graph.inputs.map(({ node }, i) => ({ name: NAMES.stepsInput(i), type: graph.nodes[node]!.dtype })),
  ...resources(graph),
];

function stepsNodes(graph: Graph): NodeDef[] {
  const inputs = graph.inputs.map(({ node }, i) => {
    const { dtype, shape } = graph.nodes[node]!;
    return placeholder(NAMES.stepsInput(i), dtype, [UNKNOWN, ...shape]);
  });
  const all = stepsArguments(graph);
  return [
    placeholder(NAMES.count, 'int32', []),
    ...inputs,
    call(
      NAMES.steps,
      all.map(({ name }) => name),
      typesOf(all),
      [...outputTypes(graph).map(({ dtype }) => dtype), 'int32'],
    ),
  ];
}

/** What goes round in the loop: the number of the run, what `steps` was given, and what the runs gave so far. */
const loopArguments = (graph: Graph): Argument[] => [
  { name: 'index', type: 'int32' },
  ...stepsArguments(graph),
  ...outputTypes(graph).map(({ dtype }, i) => ({ name: `collected_${i}`, type: dtype })),
];

function stepsFunction(graph: Graph): FunctionDef {
  const scope = createScope();
  const given = stepsArguments(graph);
  const count = reshape(scope, NAMES.count, [1], 'int32');
  const collected = outputTypes(graph).map(({ shape, dtype }) => {
    const size = scope.add('ConcatV2', [count, scope.ints(...shape), scope.int(0)], {
      T: INT,
      N: attr.int(2),
      Tidx: INT,
    });
    const zero = dtype === 'int32' ? scope.int(0) : scope.float(0);
    return scope.add('Fill', [size, zero], { T: attr.type(dtype), index_type: INT });
  });
  const initial = [scope.int(0), ...given.map(({ name }) => name), ...collected];
  const loop = loopArguments(graph);
  const result = scope.add('While', initial, {
    T: attr.types(typesOf(loop)),
    output_shapes: attr.shapes([]),
    parallel_iterations: attr.int(1),
    cond: attr.function('more_function', ONE_THREAD),
    body: attr.function('body_function', ONE_THREAD),
  });
  const first = loop.length - graph.outputs.length;
  return functionDef(`${NAMES.steps}_function`, {
    inputs: given,
    outputs: [
      ...outputTypes(graph).map(({ dtype }, i) => ({
        name: `output_${i}`,
        type: dtype,
        value: result.replace(/0$/, String(first + i)),
      })),
      { name: 'done', type: 'int32', value: result },
    ],
    nodes: scope.nodes,
  });
}

const ONE_THREAD: NodeAttributes = { _executor: attr.text(EXECUTOR) };

function reshape(
  scope: ReturnType<typeof createScope>,
  value: Value,
  shape: readonly number[],
  type: TypeName,
) {
  return scope.add('Reshape', [value, scope.ints(...shape)], { T: attr.type(type), Tshape: INT });
}

function moreFunction(graph: Graph): FunctionDef {
  const scope = createScope();
  const more = scope.add('Less', ['index', NAMES.count], { T: INT }, { output: 'z' });
  return functionDef('more_function', {
    inputs: loopArguments(graph),
    outputs: [{ name: 'more', type: 'bool', value: more }],
    nodes: scope.nodes,
  });
}

function bodyFunction(graph: Graph): FunctionDef {
  const scope = createScope();
  const inputs = graph.inputs.map(({ node }, i) =>
    scope.add('GatherV2', [NAMES.stepsInput(i), 'index', scope.int(0)], {
      Tparams: attr.type(graph.nodes[node]!.dtype),
      Tindices: INT,
      Taxis: INT,
      batch_dims: attr.int(0),
    }),
  );
  const run = emitRun(scope, graph, inputs, handles(graph));
  const place = reshape(scope, 'index', [1, 1], 'int32');
  const collected = outputTypes(graph).map(({ shape, dtype }, i) => {
    const row = reshape(scope, run.outputs[i]!, [1, ...shape], dtype);
    return scope.add('TensorScatterUpdate', [`collected_${i}`, place, row], {
      T: attr.type(dtype),
      Tindices: INT,
    });
  });
  const next = scope.add('AddV2', ['index', scope.int(1)], { T: INT }, { output: 'z', after: run.updates });
  const passed = stepsArguments(graph).map(({ name }) => name);
  const after = [next, ...passed, ...collected];
  return functionDef('body_function', {
    inputs: loopArguments(graph),
    outputs: loopArguments(graph).map(({ name, type }, i) => ({
      name: `next_${name}`,
      type,
      value: after[i]!,
    })),
    nodes: scope.nodes,
  });
}

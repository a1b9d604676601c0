/**
 * A graph as TensorFlow's: variables for the parameters, and nodes that tfjs-node calls by name to write and read them, to run
 * once, and to run many times in one call.
 */
import type { DType, Graph } from '../../shared/graph/graph.ts';
import { emitRun } from './emit-graph.ts';
import {
  type Argument,
  attr,
  type FunctionDef,
  functionDef,
  type NodeDef,
  nodeDef,
  savedModel,
} from './graph-def.ts';
import { createScope, INT } from './scope.ts';
import {
  callAttributes,
  functionName,
  handles,
  NAMES,
  results,
  runArguments,
  stepsArguments,
  type Threads,
} from './signatures.ts';
import { stepsFunctions } from './steps-functions.ts';

/** Bytes of `saved_model.pb`. */
export function graphModel(graph: Graph, threads: Threads): Uint8Array {
  const nodes = [...variableNodes(graph), ...runNodes(graph, threads), ...stepsNodes(graph, threads)];
  return savedModel(nodes, [runFunction(graph), ...stepsFunctions(graph, threads)]);
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

/** −1 in a shape: any size. */
const placeholder = (name: string, dtype: DType, shape: readonly number[]): NodeDef =>
  nodeDef(name, 'Placeholder', [], { dtype: attr.type(dtype), shape: attr.shape(shape) });

function call(name: string, graph: Graph, given: readonly Argument[], threads: Threads): NodeDef {
  const inputs = given.map((argument) => argument.name);
  return nodeDef(name, 'StatefulPartitionedCall', inputs, callAttributes(name, { graph, given, threads }));
}

function runNodes(graph: Graph, threads: Threads): NodeDef[] {
  const inputs = graph.inputs.map(({ node }, i) => {
    const { dtype, shape } = graph.nodes[node]!;
    return placeholder(NAMES.input(i), dtype, shape);
  });
  return [...inputs, call(NAMES.run, graph, runArguments(graph), threads)];
}

function stepsNodes(graph: Graph, threads: Threads): NodeDef[] {
  const inputs = graph.inputs.map(({ node }, i) => {
    const { dtype, shape } = graph.nodes[node]!;
    return placeholder(NAMES.stepsInput(i), dtype, [-1, ...shape]);
  });
  return [
    placeholder(NAMES.count, 'int32', []),
    ...inputs,
    call(NAMES.steps, graph, stepsArguments(graph), threads),
  ];
}

function runFunction(graph: Graph): FunctionDef {
  const scope = createScope();
  const inputs = graph.inputs.map((_, i) => NAMES.input(i));
  const { outputs, done } = emitRun(scope, graph, inputs, handles(graph));
  return functionDef(functionName(NAMES.run), {
    inputs: runArguments(graph),
    outputs: results(graph, outputs, done),
    nodes: scope.nodes,
  });
}

/** Many runs in one call: a loop inside TensorFlow that takes each run's inputs from a row and puts its outputs into another. */
import type { Graph } from '../../shared/graph/graph.ts';
import { reshaped } from './emit/movement.ts';
import { type EmittedRun, emitRun } from './emit-graph.ts';
import { type Argument, attr, type FunctionDef, functionDef } from './graph-def.ts';
import { createScope, INT, type Scope, type Value } from './scope.ts';
import {
  callAttributes,
  functionName,
  handles,
  loopAttributes,
  NAMES,
  outputOf,
  outputTypes,
  results,
  runArguments,
  stepsArguments,
  type Threads,
} from './signatures.ts';

const MORE = 'more_function';
const BODY = 'body_function';

export const stepsFunctions = (graph: Graph, threads: Threads): FunctionDef[] => [
  loopFunction(graph, threads),
  moreFunction(graph),
  bodyFunction(graph, threads),
];

/** What goes round in the loop: the number of the run, what all runs were given, and what they gave so far. */
const loopArguments = (graph: Graph): Argument[] => [
  { name: 'index', type: 'int32' },
  ...stepsArguments(graph),
  ...outputTypes(graph).map(({ dtype }, i) => ({ name: `collected_${i}`, type: dtype })),
];

function loopFunction(graph: Graph, threads: Threads): FunctionDef {
  const scope = createScope();
  const given = stepsArguments(graph);
  const count = reshaped(scope, NAMES.count, [1], 'int32');
  const collected = outputTypes(graph).map(({ shape, dtype }) => {
    const size = scope.add('ConcatV2', [count, scope.ints(...shape), scope.int(0)], {
      T: INT,
      N: attr.int(2),
      Tidx: INT,
    });
    const zero = dtype === 'int32' ? scope.int(0) : scope.float(0);
    return scope.add('Fill', [size, zero], { T: attr.type(dtype), index_type: INT });
  });
  const round = loopArguments(graph);
  const loop = scope.add('While', [scope.int(0), ...given.map(({ name }) => name), ...collected], {
    T: attr.types(round.map(({ type }) => type)),
    output_shapes: attr.shapes([]),
    ...loopAttributes(threads, { cond: MORE, body: BODY }),
  });
  const first = round.length - graph.outputs.length;
  const outputs = graph.outputs.map((_, i) => outputOf(loop, first + i));
  return functionDef(functionName(NAMES.steps), {
    inputs: given,
    outputs: results(graph, outputs, loop),
    nodes: scope.nodes,
  });
}

function moreFunction(graph: Graph): FunctionDef {
  const scope = createScope();
  const more = scope.add('Less', ['index', NAMES.count], { T: INT }, { output: 'z' });
  return functionDef(MORE, {
    inputs: loopArguments(graph),
    outputs: [{ name: 'more', type: 'bool', value: more }],
    nodes: scope.nodes,
  });
}

function bodyFunction(graph: Graph, threads: Threads): FunctionDef {
  const scope = createScope();
  const inputs = graph.inputs.map(({ node }, i) =>
    scope.add('GatherV2', [NAMES.stepsInput(i), 'index', scope.int(0)], {
      Tparams: attr.type(graph.nodes[node]!.dtype),
      Tindices: INT,
      Taxis: INT,
      batch_dims: attr.int(0),
    }),
  );
  const run = gainsFromPasses(graph)
    ? callRun(scope, graph, inputs, threads)
    : emitRun(scope, graph, inputs, handles(graph));
  const place = reshaped(scope, 'index', [1, 1], 'int32');
  const collected = outputTypes(graph).map(({ shape, dtype }, i) => {
    const row = reshaped(scope, run.outputs[i]!, [1, ...shape], dtype);
    const types = { T: attr.type(dtype), Tindices: INT };
    return scope.add('TensorScatterUpdate', [`collected_${i}`, place, row], types);
  });
  // What is not needed is not run: by adding `done` the updates are.
  const next = scope.add('AddV2', ['index', run.done], { T: INT }, { output: 'z' });
  const passed = stepsArguments(graph).map(({ name }) => name);
  const after = [next, ...passed, ...collected];
  return functionDef(BODY, {
    inputs: loopArguments(graph),
    outputs: loopArguments(graph).map(({ name, type }, i) => ({
      name: `next_${name}`,
      type,
      value: after[i]!,
    })),
    nodes: scope.nodes,
  });
}

/**
 * TensorFlow's own passes (oneDNN's kernels, bias and relu joined to what is before) work on functions that are called, not on a
 * loop's body. They halve the time of convolutions; in models without any, they cost more than they bring.
 */
const gainsFromPasses = (graph: Graph): boolean => graph.nodes.some(({ op }) => /conv2d/i.test(op));

function callRun(scope: Scope, graph: Graph, inputs: readonly Value[], threads: Threads): EmittedRun {
  const given = [...inputs, ...handles(graph)];
  const called = callAttributes(NAMES.run, { graph, given: runArguments(graph), threads });
  const first = scope.add('StatefulPartitionedCall', given, called);
  return {
    outputs: graph.outputs.map((_, i) => outputOf(first, i)),
    done: outputOf(first, graph.outputs.length),
  };
}

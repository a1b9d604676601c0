/** Writes one run of a graph into a function's body: reads of the parameters, the nodes in order, and the updates. */
import { AppError } from '../../shared/errors.ts';
import { WEIGHTS } from '../../shared/graph/flat-parameters.ts';
import type { Graph } from '../../shared/graph/graph.ts';
import { sizeOf } from '../../shared/graph/operator.ts';
import { emitters } from './emit/list.ts';
import { attr } from './graph-def.ts';
import { optimizerKernel } from './optimizer-kernel.ts';
import { FLOAT, INT, type Scope, type Value } from './scope.ts';

export interface EmittedRun {
  /** Values of the graph's outputs, in order. */
  outputs: readonly Value[];
  /** An int32 1 that is there once the updates are done. */
  done: Value;
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
      nodes: graph.nodes,
      values,
      inputs: node.inputs.map((id) => values[id]!),
      types: node.inputs.map((id) => graph.nodes[id]!),
      shared,
    });
  }
  const updates = emitUpdates(scope, graph, values, resources);
  return {
    outputs: graph.outputs.map(({ node }) => values[node]!),
    done: scope.add('Identity', [scope.int(1)], { T: INT }, { after: updates }),
  };
}

function emitUpdates(
  scope: Scope,
  graph: Graph,
  values: readonly Value[],
  resources: readonly Value[],
): Value[] {
  // A value once read stays as it was, also while its parameter is overwritten.
  const after = graph.parameters.map(({ node }) => values[node]!);
  const resource = (parameter: string) =>
    resources[graph.parameters.findIndex(({ name }) => name === parameter)]!;
  const rule = graph.optimizer && worthAKernel(graph) ? optimizerKernel(graph.optimizer.spec) : undefined;
  const inRule = new Set(rule?.parameters);
  const updates = graph.updates
    .filter(({ parameter }) => !inRule.has(parameter))
    .map(({ parameter, node }) =>
      scope.add(
        'AssignVariableOp',
        [resource(parameter), values[node]!],
        { dtype: attr.type(graph.nodes[node]!.dtype) },
        { after },
      ),
    );
  if (!rule) return updates;
  const rate = graph.inputs.find(({ name }) => name === 'rate')!;
  const inputs = rule.inputs(scope, values[graph.optimizer!.gradient]!, values[rate.node]!);
  const all = [...rule.parameters.map(resource), ...inputs];
  return [...updates, scope.add(rule.op, all, { T: FLOAT, ...rule.attributes }, { after })];
}

/** Weights from which the optimiser's kernel, which shares its work among threads, is faster than walks on one thread. */
const MANY_WEIGHTS = 1 << 16;

const worthAKernel = ({ parameters }: Graph): boolean =>
  parameters.some(({ name, shape }) => name === WEIGHTS && sizeOf(shape) >= MANY_WEIGHTS);

export function emitterOf(op: string) {
  const emitter = emitters.get(op);
  if (!emitter) throw new AppError('unsupported', `The tensorflow executor has no operator "${op}"`);
  return emitter;
}

/** A model's loss over rows of data made into a training: a step that takes its batches by itself, and all it is given. */
import type { Values } from '../../shared/executors/executor.ts';
import { flatten, WEIGHTS } from '../../shared/graph/flat-parameters.ts';
import type { Graph, TensorData, TensorValue } from '../../shared/graph/graph.ts';
import { type TensorRef, type Tracer, traceGraph } from '../../shared/graph/ops.ts';
import type { OptimizerSpec } from '../../shared/graph/optimizers/list.ts';
import { createRandom, shuffle } from '../../shared/graph/random.ts';
import { OFFSET, ORDER, rowsOf, withResidentRows } from '../../shared/graph/resident-rows.ts';
import { trainStep } from '../../shared/graph/train-step.ts';
import { initParameters } from '../../shared/model/init-parameters.ts';
import type { LayerScope } from '../../shared/model/layers/scope.ts';

export const ROWS = 64;
export const BATCH = 16;
export const SEED = 7;
const STEP = 'step';

export type Rows = Readonly<Record<string, TensorValue<TensorData>>>;
export interface SmallModel {
  name: string;
  optimizer: OptimizerSpec;
  rows: Rows;
  /** A number for each row of the batch, whose mean is the loss. */
  losses(scope: LayerScope, batch: Readonly<Record<string, TensorRef>>): TensorRef;
}

/** What an executor needs to train: a graph with its parameters, and scalars for each step. */
export interface Training {
  name: string;
  graph: Graph;
  values: Values;
  inputs(count: number): Record<string, TensorData>;
}

export function trainingOf({ name, optimizer, rows, losses }: SmallModel): Training {
  const loss = withResidentRows(lossGraph(rows, losses), { rows: ROWS, orderLength: ROWS });
  const step = trainStep(loss, optimizer);
  const first = initParameters(loss, SEED);
  const order = Int32Array.from(
    shuffle(
      Uint32Array.from({ length: ROWS }, (_, i) => i),
      createRandom(SEED),
    ),
  );
  const values = new Map<string, TensorValue<TensorData>>([
    ...loss.parameters
      .filter(({ trainable }) => !trainable)
      .map(({ name }) => [name, first.get(name)!] as const),
    ...Object.entries(rows).map(([name, value]) => [rowsOf(name), value] as const),
    [ORDER, { shape: [ROWS], data: order }],
    [WEIGHTS, { shape: [step.layout.size], data: flatten(step.layout, first) }],
  ]);
  const inputs = (count: number) =>
    Object.fromEntries(
      step.graph.inputs.map(({ name }): [string, TensorData] => {
        if (name === STEP) return [name, Int32Array.from({ length: count }, (_, i) => i)];
        if (name === OFFSET) return [name, Int32Array.from({ length: count }, (_, i) => (i * BATCH) % ROWS)];
        return [name, Float32Array.from({ length: count }, (_, i) => step.scalars(i + 1)[name]!)];
      }),
    );
  return { name, graph: step.graph, values, inputs };
}

function lossGraph(rows: Rows, losses: SmallModel['losses']): Graph {
  return traceGraph((tracer) => {
    const batch = Object.entries(rows).map(([name, { shape, data }]) => [
      name,
      tracer.input(name, [BATCH, ...shape.slice(1)], data instanceof Int32Array ? 'int32' : 'float32'),
    ]);
    return { loss: tracer.ops.mean(losses(scopeOf(tracer), Object.fromEntries(batch)), { axes: [0] }) };
  });
}

function scopeOf(tracer: Tracer): LayerScope {
  let step: TensorRef | undefined;
  return {
    ...tracer,
    training: true,
    seed: SEED,
    step: () => {
      step ??= tracer.input(STEP, [], 'int32');
      return step;
    },
  };
}

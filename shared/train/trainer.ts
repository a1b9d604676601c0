/**
 * The part of a training that lives on the device: weights, optimiser, best weights. Everything here belongs to the
 * trainer and is freed by its `dispose`.
 */
import type * as tfjs from '@tensorflow/tfjs';
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import { interpret } from '../executors/tfjs/interpret.ts';
import type { Graph, TensorValue } from '../graph/graph.ts';
import type { Tensor, TensorFlow } from '../graph/operator.ts';
import { initParameters } from '../model/init-parameters.ts';
import { type ModelShape, traceLoss, traceModel } from '../model/trace-model.ts';
import { createOptimizer } from './optimizers/list.ts';
import type { Rows } from './rows-on-device.ts';

/** Rows in one forward pass of an evaluation. */
const EVALUATION_BATCH = 256;

export function createTrainer(tf: TensorFlow, { task, model, training }: PipelineSpec, shape: ModelShape) {
  const trace = { ...shape, seed: training.seed };
  const lossGraph = perBatch((batch) => traceLoss(model, { ...trace, batch, training: true, task }));
  const modelGraph = perBatch((batch) => traceModel(model, { ...trace, batch, training: false }));

  const first = initParameters(modelGraph(1), training.seed);
  const parameters = new Map<string, tfjs.Variable>();
  for (const [name, { data, shape }] of first) {
    parameters.set(
      name,
      tf.tidy(() => tf.variable(tf.tensor(data, [...shape]))),
    );
  }
  const weights = [...parameters.values()];
  const optimizer = createOptimizer(tf, training.optimizer, weights);
  let best: Tensor[] = [];

  return {
    /** One step of the optimiser on the rows at `places`; `step` counts from 0. The caller frees the loss. */
    step(rows: Rows, places: Uint32Array, step: number): Tensor {
      return tf.tidy(() => {
        const inputs = rows.take(places);
        const graph = lossGraph(places.length);
        const { value, grads } = tf.variableGrads(
          () => interpret(tf, graph, { inputs, parameters }, { step }).loss as tfjs.Scalar,
          weights,
        );
        optimizer.apply(
          weights.map((w) => grads[w.name]!),
          step + 1,
        );
        return value;
      });
    },

    /** What the model gives for every row, one piece at a time: row-major [rows, outputs]. */
    async *predict(rows: Rows): AsyncGenerator<Float32Array> {
      for (let start = 0; start < rows.count; start += EVALUATION_BATCH) {
        const count = Math.min(EVALUATION_BATCH, rows.count - start);
        const y = tf.tidy(() => {
          const { x } = rows.take(Uint32Array.from({ length: count }, (_, i) => start + i));
          return interpret(tf, modelGraph(count), { inputs: { x }, parameters }, { step: 0 }).y!;
        });
        try {
          yield Float32Array.from(await y.data());
        } finally {
          y.dispose();
        }
      }
    },

    /** Remembers the weights as they are now. */
    keepBest() {
      tf.dispose(best);
      best = weights.map((w) => w.clone());
    },

    useBest() {
      weights.forEach((w, i) => {
        if (best[i]) w.assign(best[i]);
      });
    },

    async readWeights(): Promise<Map<string, TensorValue>> {
      const data = await readAll(weights);
      return new Map([...first.entries()].map(([name, { shape }], i) => [name, { shape, data: data[i]! }]));
    },

    /** Weights, slots, best weights. */
    save: (): Promise<Float32Array[]> => readAll([...weights, ...optimizer.slots, ...best]),

    /** Takes back what `save` gave. */
    restore(tensors: readonly Float32Array[]) {
      const variables = [...weights, ...optimizer.slots];
      variables.forEach((variable, i) => {
        tf.tidy(() => variable.assign(tf.tensor(tensors[i]!, variable.shape)));
      });
      tf.dispose(best);
      best = tensors.slice(variables.length).map((data, i) => tf.tensor(data, weights[i]!.shape));
    },

    dispose() {
      tf.dispose([...weights, ...optimizer.slots, ...best]);
    },
  };
}

/** Graphs are static; there are two batch sizes at most, the usual one and what is left over. */
function perBatch(trace: (batch: number) => Graph): (batch: number) => Graph {
  const graphs = new Map<number, Graph>();
  return (batch) => {
    const graph = graphs.get(batch) ?? trace(batch);
    graphs.set(batch, graph);
    return graph;
  };
}

/** Copies: the CPU backend hands out its own buffers. */
const readAll = (tensors: readonly Tensor[]): Promise<Float32Array[]> =>
  Promise.all(tensors.map(async (tensor) => Float32Array.from(await tensor.data())));

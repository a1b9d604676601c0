/** Instances in, predictions out: an artifact's pipeline and model on one executor. */
import type { Table } from '../data/table.ts';
import { isNetwork } from '../definition/pipeline-spec.ts';
import type { Executor } from '../executors/executor.ts';
import { sizeOf } from '../graph/operator.ts';
import { defaultLoss } from '../model/losses/list.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { type ModelShape, traceBody } from '../model/trace-model.ts';
import { applyPipeline } from '../pipeline/apply-pipeline.ts';
import { parseInstances } from '../pipeline/parse-instances.ts';
import type { FloatBlock } from '../pipeline/step.ts';
import type { InputField, OutputSpec, Prediction, TokenSaid } from '../schema/prediction.ts';
import { outputTask } from '../tasks/list.ts';
import type { AnsweringModel } from '../tasks/output-task.ts';
import type { Artifact } from './artifact.ts';
import { loadEstimator } from './model-file.ts';

import { modelShapeOf, placesOf } from './model-shape.ts';
import { createNetworkModel, MAX_BATCH, type NetworkModel } from './network-model.ts';

export interface Predictor {
  readonly inputs: readonly InputField[];
  readonly output: OutputSpec;
  /** One prediction for each instance, in order. Throws AppError `invalid_data` naming instance, field and value. */
  predict(instances: readonly unknown[]): Promise<Prediction[]>;
  /** The same for rows of data, which may have what instances may not, such as a category that training has not seen. */
  predictTable(table: Table): Promise<Prediction[]>;
  /** Of instances, told token by token; null where the task's answers are not. */
  stream(instances: readonly unknown[]): AsyncGenerator<TokenSaid, Prediction[]> | null;
  /** What the model sees. */
  features(instances: readonly unknown[]): FloatBlock;
  /** What the model makes of each instance before it answers: the numbers that its head stands on; without layers, its features. */
  embed(instances: readonly unknown[]): Promise<Embeddings>;
  dispose(): void;
}

/** `shape`: of one row; row-major. */
export interface Embeddings {
  shape: readonly number[];
  data: Float32Array;
}

export async function createPredictor(artifact: Artifact, executor: Executor): Promise<Predictor> {
  const { fitted, spec, parameters } = artifact;
  const task = outputTask(fitted.output.task);
  const networks: NetworkModel[] = [];
  const network = async (model: ModelSpec, shape: ModelShape): Promise<NetworkModel> => {
    const made = await createNetworkModel(executor, { model, shape, task: task.task }, parameters);
    networks.push(made);
    return made;
  };
  let stream: ((instances: Table) => AsyncGenerator<TokenSaid, Prediction[]>) | undefined;
  const answer = await (isNetwork(spec) && task.answerer
    ? task.answerer({
        ...{ fitted, model: spec.model, loss: spec.training.loss ?? defaultLoss(spec.task) },
        network: async (model, shape) => (await network(model, shape)).run,
      })
    : fromFeatures());

  /** Answers from what the pipeline makes of the instances. */
  async function fromFeatures(): Promise<(instances: Table) => Promise<Prediction[]>> {
    const shape = modelShapeOf(fitted);
    const places = placesOf(spec, fitted);
    const model: AnsweringModel = isNetwork(spec)
      ? await network(spec.model, shape)
      : estimatorModel(artifact, sizeOf(shape.inputShape));
    if (task.stream) stream = (table) => task.stream!(model, applyPipeline(fitted, table).data, fitted);
    return async (table) => {
      const { data } = applyPipeline(fitted, table);
      if (task.answer) return task.answer(model, data, fitted);
      const y = await runAll(model, data);
      const rows = Uint32Array.from({ length: table.rows }, (_, row) => row);
      return task.predictions(y, fitted, { table, rows, places });
    };
  }

  let body: Promise<NetworkModel> | undefined;
  async function embed(table: Table): Promise<Embeddings> {
    const features = applyPipeline(fitted, table);
    if (!isNetwork(spec) || spec.model.length === 0) return features;
    const shape = modelShapeOf(fitted);
    const { model } = spec;
    body ??= createNetworkModel(executor, { model, shape, task: task.task }, parameters, (batch) =>
      traceBody(model, { ...shape, batch }),
    );
    const run = await body;
    const data = await runAll(run, features.data);
    return { shape: [data.length / table.rows], data };
  }

  const parse = (instances: readonly unknown[]) => parseInstances(fitted, [...instances]);
  return {
    inputs: fitted.inputs,
    output: fitted.output,
    features: (instances) => applyPipeline(fitted, parse(instances)),
    predict: async (instances) => answer(parse(instances)),
    predictTable: answer,
    stream: (instances) => stream?.(parse(instances)) ?? null,
    embed: async (instances) => embed(parse(instances)),
    dispose() {
      for (const { dispose } of networks) dispose();
      body?.then(({ dispose }) => dispose()).catch(() => {});
    },
  };
}

function estimatorModel({ spec, fitted, parameters }: Artifact, width: number): AnsweringModel {
  if (isNetwork(spec)) throw new Error('this model is a network');
  const predict = loadEstimator({ spec, fitted, parameters });
  return { width, atOnce: MAX_BATCH, run: async (rows) => predict(rows, rows.length / width) };
}

/** Rows of any number through a model, as many at a time as it takes. */
async function runAll(model: AnsweringModel, data: Float32Array): Promise<Float32Array> {
  const atOnce = model.atOnce * model.width;
  const pieces: Float32Array[] = [];
  for (let start = 0; start < data.length; start += atOnce)
    pieces.push(await model.run(data.subarray(start, start + atOnce)));
  return joinFloats(pieces);
}

function joinFloats(pieces: readonly Float32Array[]): Float32Array {
  const [first] = pieces;
  if (pieces.length === 1 && first) return first;
  const whole = new Float32Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let filled = 0;
  for (const piece of pieces) {
    whole.set(piece, filled);
    filled += piece.length;
  }
  return whole;
}

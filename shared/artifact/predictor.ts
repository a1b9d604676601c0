/** Instances in, predictions out: an artifact's pipeline and model on one executor. */
import type { Table } from '../data/table.ts';
import { isNetwork } from '../definition/pipeline-spec.ts';
import type { Predict } from '../estimators/estimator.ts';
import type { Executor, ParameterValues, Program } from '../executors/executor.ts';
import { sizeOf } from '../graph/operator.ts';
import { defaultLoss } from '../model/losses/list.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { type ModelShape, traceModel } from '../model/trace-model.ts';
import { applyPipeline } from '../pipeline/apply-pipeline.ts';
import { parseInstances } from '../pipeline/parse-instances.ts';
import type { FloatBlock } from '../pipeline/step.ts';
import type { InputField, OutputSpec, Prediction } from '../schema/prediction.ts';
import { outputTask } from '../tasks/list.ts';
import type { Artifact } from './artifact.ts';
import { loadEstimator } from './model-file.ts';
import { modelShapeOf } from './model-shape.ts';

/** Rows in one run of the model; longer requests go through in pieces. */
const MAX_BATCH = 64;

export interface Predictor {
  readonly inputs: readonly InputField[];
  readonly output: OutputSpec;
  /** One prediction for each instance, in order. Throws AppError `invalid_data` naming instance, field and value. */
  predict(instances: readonly unknown[]): Promise<Prediction[]>;
  /** What the model sees. */
  features(instances: readonly unknown[]): FloatBlock;
  dispose(): void;
}

export async function createPredictor(artifact: Artifact, executor: Executor): Promise<Predictor> {
  const { fitted, spec, parameters } = artifact;
  const task = outputTask(fitted.output.task);
  const networks: RunnableModel[] = [];
  const network = async (model: ModelSpec, shape: ModelShape) => {
    const made = await createNetwork(model, shape, parameters, executor);
    networks.push(made);
    return made.run;
  };
  const features = (instances: readonly unknown[]) =>
    applyPipeline(fitted, parseInstances(fitted, [...instances]));
  const answer =
    isNetwork(spec) && task.answerer
      ? await task.answerer({
          fitted,
          model: spec.model,
          loss: spec.training.loss ?? defaultLoss(spec.task),
          network,
        })
      : await onePass();

  /** Answers by one run of the model over an instance's features. */
  async function onePass(): Promise<(instances: Table) => Promise<Prediction[]>> {
    const shape = modelShapeOf(fitted);
    const width = sizeOf(shape.inputShape);
    const run = isNetwork(spec)
      ? await network(spec.model, shape)
      : estimatorRun(loadEstimator({ spec, fitted, parameters }), width);
    return async (instances) => {
      const { data } = applyPipeline(fitted, instances);
      const pieces: Float32Array[] = [];
      for (let start = 0; start < instances.rows; start += MAX_BATCH) {
        pieces.push(await run(data.subarray(start * width, (start + MAX_BATCH) * width)));
      }
      return task.predictions(joinFloats(pieces), fitted);
    };
  }

  return {
    inputs: fitted.inputs,
    output: fitted.output,
    features,
    predict: async (instances) => answer(parseInstances(fitted, [...instances])),
    dispose() {
      for (const { dispose } of networks) dispose();
    },
  };
}

const estimatorRun =
  (predict: Predict, width: number): RunnableModel['run'] =>
  async (rows) =>
    predict(rows, rows.length / width);

/** Features in, logits or standardised values out. */
interface RunnableModel {
  /** Row-major [rows, width] to [rows, …places, outputs]; up to `MAX_BATCH` rows. */
  run(rows: Float32Array): Promise<Float32Array>;
  dispose(): void;
}

/** `parameters`: the model's, of which it may need some alone. */
async function createNetwork(
  model: ModelSpec,
  shape: ModelShape,
  parameters: ParameterValues,
  executor: Executor,
): Promise<RunnableModel> {
  const width = sizeOf(shape.inputShape);
  // Programs by batch size, powers of two: a request is padded with zeros to the next one.
  const programs = new Map<number, Promise<Program>>();
  const programFor = (batch: number) => {
    let program = programs.get(batch);
    if (!program) {
      const graph = traceModel(model, { ...shape, batch, training: false });
      const needed = graph.parameters.map(({ name }) => [name, parameters.get(name)!] as const);
      program = executor.compile(graph, new Map(needed));
      programs.set(batch, program);
    }
    return program;
  };
  await programFor(1); // a model that cannot run here says so now
  return {
    async run(rows) {
      const count = rows.length / width;
      const batch = 2 ** Math.ceil(Math.log2(count));
      const data = new Float32Array(batch * width);
      data.set(rows);
      const program = await programFor(batch);
      const { y } = await program.run({ x: { shape: [batch, ...shape.inputShape], data } });
      return y!.data.subarray(0, (count * y!.data.length) / batch) as Float32Array;
    },
    dispose() {
      for (const program of programs.values()) program.then((compiled) => compiled.dispose()).catch(() => {});
      programs.clear();
    },
  };
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

/** Instances in, predictions out: an artifact's pipeline and model on one executor. */
import { isNetwork } from '../definition/pipeline-spec.ts';
import type { Executor, Program } from '../executors/executor.ts';
import { sizeOf } from '../graph/operator.ts';
import { traceModel } from '../model/trace-model.ts';
import { applyPipeline } from '../pipeline/apply-pipeline.ts';
import { parseInstances } from '../pipeline/parse-instances.ts';
import type { FloatBlock } from '../pipeline/step.ts';
import type { InputField, OutputSpec, Prediction } from '../schema/prediction.ts';
import { outputTask } from '../tasks/list.ts';
import type { Artifact } from './artifact.ts';
import { loadEstimator } from './model-file.ts';
import { modelShapeOf, placesOf } from './model-shape.ts';

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
  const { fitted } = artifact;
  const width = sizeOf(modelShapeOf(fitted).inputShape);
  const model = await createModel(artifact, executor);
  const places = placesOf(artifact.spec, fitted);
  const parse = (instances: readonly unknown[]) => parseInstances(fitted, [...instances]);

  return {
    inputs: fitted.inputs,
    output: fitted.output,
    features: (instances) => applyPipeline(fitted, parse(instances)),
    async predict(instances) {
      const table = parse(instances);
      const { data } = applyPipeline(fitted, table);
      const pieces: Float32Array[] = [];
      for (let start = 0; start < instances.length; start += MAX_BATCH) {
        pieces.push(await model.run(data.subarray(start * width, (start + MAX_BATCH) * width)));
      }
      const y = joinFloats(pieces);
      const rows = Uint32Array.from(instances, (_, row) => row);
      return outputTask(fitted.output.task).predictions(y, fitted, { table, rows, places });
    },
    dispose: model.dispose,
  };
}

/** Features in, logits or standardised values out. */
interface RunnableModel {
  /** Row-major [rows, width] to [rows, …places, outputs]; up to `MAX_BATCH` rows. */
  run(rows: Float32Array): Promise<Float32Array>;
  dispose(): void;
}

async function createModel(artifact: Artifact, executor: Executor): Promise<RunnableModel> {
  const { fitted, spec, parameters } = artifact;
  const shape = modelShapeOf(fitted);
  const width = sizeOf(shape.inputShape);
  if (!isNetwork(spec)) {
    const predict = loadEstimator({ spec, fitted, parameters });
    return { run: async (rows) => predict(rows, rows.length / width), dispose() {} };
  }
  // Programs by batch size, powers of two: a request is padded with zeros to the next one.
  const programs = new Map<number, Promise<Program>>();
  const programFor = (batch: number) => {
    let program = programs.get(batch);
    if (!program) {
      program = executor.compile(traceModel(spec.model, { ...shape, batch, training: false }), parameters);
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

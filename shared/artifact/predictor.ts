/** Instances in, predictions out: an artifact's pipeline and model on one executor. */
import { isNetwork } from '../definition/pipeline-spec.ts';
import type { Executor } from '../executors/executor.ts';
import { sizeOf } from '../graph/operator.ts';
import { applyPipeline } from '../pipeline/apply-pipeline.ts';
import { parseInstances } from '../pipeline/parse-instances.ts';
import type { FloatBlock } from '../pipeline/step.ts';
import type { InputField, OutputSpec, Prediction } from '../schema/prediction.ts';
import { outputTask } from '../tasks/list.ts';
import type { Artifact } from './artifact.ts';
import { loadEstimator } from './model-file.ts';
import { modelShapeOf } from './model-shape.ts';
import { createNetworkModel, MAX_BATCH, type NetworkModel } from './network-model.ts';

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
  const task = outputTask(fitted.output.task);
  const model = await createModel(artifact, executor);
  const features = (instances: readonly unknown[]) =>
    applyPipeline(fitted, parseInstances(fitted, [...instances]));

  return {
    inputs: fitted.inputs,
    output: fitted.output,
    features,
    async predict(instances) {
      const { data } = features(instances);
      if (task.answer) return task.answer(model, data, fitted);
      const pieces: Float32Array[] = [];
      for (let start = 0; start < instances.length; start += model.atOnce) {
        pieces.push(
          await model.run(data.subarray(start * model.width, (start + model.atOnce) * model.width)),
        );
      }
      return task.predictions(joinFloats(pieces), fitted);
    },
    dispose: model.dispose,
  };
}

/** Features in, logits or standardised values out. */
async function createModel(artifact: Artifact, executor: Executor): Promise<NetworkModel> {
  const { fitted, spec, parameters } = artifact;
  const shape = modelShapeOf(fitted);
  if (isNetwork(spec)) {
    return createNetworkModel(executor, { model: spec.model, shape, task: fitted.output.task }, parameters);
  }
  const width = sizeOf(shape.inputShape);
  const predict = loadEstimator({ spec, fitted, parameters });
  return {
    width,
    atOnce: MAX_BATCH,
    run: async (rows) => predict(rows, rows.length / width),
    dispose() {},
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

/** A model ready to answer as an endpoint does: by its plan, and by its artifact where the plan leaves an instance to that. */
import type { Artifact } from '../artifact/artifact.ts';
import { createPredictor, type Predictor } from '../artifact/predictor.ts';
import { createWasmExecutor } from '../executors/wasm/wasm-executor.ts';
import type { Precision } from '../schema/precision.ts';
import type { Instance, Prediction } from '../schema/prediction.ts';
import { loadPlan } from './load-plan.ts';
import { makePlan } from './make-plan.ts';

export interface PlannedPredictor {
  /** One for each instance. Throws AppError `invalid_data`. */
  predict(instances: readonly Instance[]): Prediction[] | Promise<Prediction[]>;
}

export async function openPlanned(
  artifact: Artifact,
  kernels: WebAssembly.Module,
  precision: Precision,
): Promise<PlannedPredictor> {
  const made = await makePlan(artifact, kernels, precision);
  const plan = made && (await loadPlan(made, kernels));
  let predictor: Promise<Predictor> | undefined;
  return {
    predict(instances) {
      const answers = plan?.predict(instances);
      if (answers) return answers;
      predictor ??= createPredictor(artifact, createWasmExecutor(kernels));
      return predictor.then((opened) => opened.predict(instances));
    },
  };
}

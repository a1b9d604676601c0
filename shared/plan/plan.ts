/**
 * The plan of a model: what an endpoint needs to answer, made when it is published. The network is compiled already, as it lies in the
 * memory of the `wasm` executor's kernels, and the features' steps are those of the artifact; to load it takes no pass, no trace and no check.
 */
import type { EstimatorShape } from '../estimators/estimator.ts';
import type { EstimatorSpec } from '../estimators/estimator-spec.ts';
import type { ParameterValues } from '../executors/executor.ts';
import type { ProgramImage } from '../executors/wasm/program-image.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';

export interface Plan {
  /** Which kernels it was made for; with others it must be made anew. */
  kernels: string;
  fitted: FittedPipeline;
  model: PlannedModel;
}

export type PlannedModel =
  /** From `x`, a row of features, to `y`. */
  | { kind: 'network'; image: ProgramImage }
  | { kind: 'estimator'; spec: EstimatorSpec; shape: EstimatorShape; parameters: ParameterValues };

/** What scripts/build-wasm.mjs wrote into the kernels. */
export function kernelsOf(module: WebAssembly.Module): string {
  const [section] = WebAssembly.Module.customSections(module, 'trainyard');
  if (!section)
    throw new Error('These kernels do not say which they are; node scripts/build-wasm.mjs builds them');
  return new TextDecoder().decode(section);
}

/** An artifact to its plan: at publish time, so that what cannot be computed is said then, with the block's name. */
import type { Artifact } from '../artifact/artifact.ts';
import { estimatorShapeOf } from '../artifact/model-file.ts';
import { modelShapeOf } from '../artifact/model-shape.ts';
import { isNetwork } from '../definition/pipeline-spec.ts';
import { createWasmExecutor } from '../executors/wasm/wasm-executor.ts';
import { traceAnswer } from '../model/trace-model.ts';
import { compileRows } from '../pipeline/compile-rows.ts';
import type { Precision } from '../schema/precision.ts';
import { kernelsOf, type Plan } from './plan.ts';
import { tellerOf } from './tellers.ts';

/**
 * Null for what answers in a way of its own: translations, pictures that are made, boxes, sounds and series; endpoints open their artifacts. Throws
 * AppError, naming the block or operator, for a model that the edge cannot run.
 */
export async function makePlan(
  artifact: Artifact,
  kernels: WebAssembly.Module,
  precision: Precision = 'float32',
): Promise<Plan | null> {
  const { spec, fitted, parameters } = artifact;
  const { task } = fitted.output;
  if (!tellerOf(task) || !compileRows(fitted)) return null;
  const plan = { kernels: kernelsOf(kernels), fitted };
  if (!isNetwork(spec)) {
    const shape = estimatorShapeOf(fitted);
    return { ...plan, model: { kind: 'estimator', spec: spec.model, shape, parameters } };
  }
  const graph = traceAnswer(spec.model, { ...modelShapeOf(fitted), batch: 1, task });
  const quantisation =
    precision === 'float32' ? undefined : { numbers: precision, ranges: artifact.calibration?.ranges ?? {} };
  const program = await createWasmExecutor(kernels).compile(graph, parameters, quantisation);
  const image = program.image();
  program.dispose();
  return { ...plan, model: { kind: 'network', image } };
}

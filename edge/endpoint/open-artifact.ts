/** Artifacts at an endpoint: opened for what a plan leaves to them, and made into plans. Loaded when it is first needed. */
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { createPredictor, type Predictor } from '../../shared/artifact/predictor.ts';
import { AppError } from '../../shared/errors.ts';
import kernels from '../../shared/executors/wasm/dist/kernels.wasm';
import { createWasmExecutor } from '../../shared/executors/wasm/wasm-executor.ts';
import { makePlan } from '../../shared/plan/make-plan.ts';
import { kernelsOf } from '../../shared/plan/plan.ts';
import { encodePlan } from '../../shared/plan/plan-file.ts';
import type { ModelVersion } from '../../shared/schema/model.ts';
import { blobKey, planKey } from '../store/blob-key.ts';
import { getBlob } from '../store/blobs.ts';
import type { Served } from './models.ts';

export async function openArtifact(
  blobs: R2Bucket,
  workspace: string,
  version: ModelVersion,
): Promise<Predictor> {
  const artifact = await readArtifact(blobs, workspace, version);
  return createPredictor(artifact, createWasmExecutor(kernels));
}

/**
 * Writes the plan of a model, where it has one and it is not there yet for these kernels. Throws AppError, naming the block or operator, for a
 * model that cannot be run here; `invalid_request` for a precision that was not measured.
 */
export async function publishPlan(
  blobs: R2Bucket,
  workspace: string,
  { modelVersion: version, precision }: Served,
): Promise<void> {
  if (precision !== 'float32' && !version.precisions)
    throw new AppError(
      'invalid_request',
      `deployments: ${version.name}@${version.version} cannot be served in ${precision}: whole numbers are for networks that give classes or numbers, with products worth it, and are measured while training; expected float32`,
    );
  const key = planKey(workspace, version.artifact, precision);
  const made = { kernels: kernelsOf(kernels) };
  if ((await blobs.head(key))?.customMetadata?.kernels === made.kernels) return;
  const artifact = await readArtifact(blobs, workspace, version);
  const plan = await makePlan(artifact, kernels, precision);
  if (plan) await blobs.put(key, encodePlan(plan), { customMetadata: made });
  else (await createPredictor(artifact, createWasmExecutor(kernels))).dispose();
}

async function readArtifact(blobs: R2Bucket, workspace: string, { artifact }: ModelVersion) {
  const object = await getBlob(blobs, blobKey(workspace, artifact));
  return decodeArtifact(new Uint8Array(await object.arrayBuffer()), artifact);
}

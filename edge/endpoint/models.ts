/**
 * Models ready in an isolate's memory, the least recently used gone first when there is no room for all. A model answers by its plan; what
 * a plan leaves to others (sounds, pictures that must be decoded, translations, words for what is wrong) is for its artifact, which is opened
 * when it is first needed.
 */
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { createPredictor, type Embeddings, type Predictor } from '../../shared/artifact/predictor.ts';
import kernels from '../../shared/executors/wasm/dist/kernels.wasm';
import { createWasmExecutor } from '../../shared/executors/wasm/wasm-executor.ts';
import { type LoadedPlan, loadPlan } from '../../shared/plan/load-plan.ts';
import { makePlan } from '../../shared/plan/make-plan.ts';
import { kernelsOf } from '../../shared/plan/plan.ts';
import { decodePlan, encodePlan } from '../../shared/plan/plan-file.ts';
import type { ModelVersion } from '../../shared/schema/model.ts';
import type { Prediction } from '../../shared/schema/prediction.ts';
import { blobKey, getBlob } from '../store/blobs.ts';
import { createMemoryCache } from './memory-cache.ts';

export interface OpenModel {
  /** One for each instance. Throws AppError `invalid_data`. */
  predict(instances: readonly unknown[]): Prediction[] | Promise<Prediction[]>;
  embed(instances: readonly unknown[]): Promise<Embeddings>;
}

/** An isolate has 128 MB, the program and requests among them. */
const BUDGET = 64 * 2 ** 20;
/** Of a network that is opened from its artifact: its weights as they came, as they are, and packed for the kernels. */
const COPIES = 4;

const models = createMemoryCache<OpenModel>(BUDGET);

export async function openModel(
  blobs: R2Bucket,
  workspace: string,
  version: ModelVersion,
): Promise<OpenModel> {
  const key = blobKey(workspace, version.artifact);
  const known = models.get(key);
  if (known) return known;
  const { model, bytes } = await open(blobs, workspace, version);
  return models.put(key, model, bytes);
}

/**
 * Writes the plan of a model, where it has one and it is not there yet. Throws AppError, naming the block or operator, for a model that
 * cannot be run here.
 */
export async function publishPlan(blobs: R2Bucket, workspace: string, version: ModelVersion): Promise<void> {
  if (await blobs.head(planKey(workspace, version))) return;
  const artifact = await readArtifact(blobs, workspace, version);
  const plan = await makePlan(artifact, kernels);
  if (plan) await blobs.put(planKey(workspace, version), encodePlan(plan));
  else (await createPredictor(artifact, createWasmExecutor(kernels))).dispose();
}

const planKey = (workspace: string, { artifact }: ModelVersion): string =>
  `${workspace}/plans/${artifact}.${kernelsOf(kernels)}`;

async function open(
  blobs: R2Bucket,
  workspace: string,
  version: ModelVersion,
): Promise<{ model: OpenModel; bytes: number }> {
  let predictor: Predictor | undefined;
  const byArtifact = async () => {
    if (!predictor) {
      const artifact = await readArtifact(blobs, workspace, version);
      predictor = await createPredictor(artifact, createWasmExecutor(kernels));
      models.grow(blobKey(workspace, version.artifact), COPIES * version.size);
    }
    return predictor;
  };
  const plan = await readPlan(blobs, workspace, version);
  if (!plan) await byArtifact();
  const model: OpenModel = {
    predict: (instances) =>
      plan?.predict(instances) ??
      predictor?.predict(instances) ??
      byArtifact().then((opened) => opened.predict(instances)),
    embed: async (instances) => (await byArtifact()).embed(instances),
  };
  return { model, bytes: plan?.memory ?? COPIES * version.size };
}

async function readPlan(
  blobs: R2Bucket,
  workspace: string,
  version: ModelVersion,
): Promise<LoadedPlan | null> {
  const stored = await blobs.get(planKey(workspace, version));
  return stored && loadPlan(decodePlan(new Uint8Array(await stored.arrayBuffer())), kernels);
}

async function readArtifact(blobs: R2Bucket, workspace: string, { artifact }: ModelVersion) {
  const object = await getBlob(blobs, blobKey(workspace, artifact));
  return decodeArtifact(new Uint8Array(await object.arrayBuffer()), artifact);
}

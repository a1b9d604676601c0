/**
 * Models ready in an isolate's memory, the least recently used gone first when there is no room for all. A model answers by its plan; what
 * a plan leaves to others (sounds, pictures that must be decoded, translations, words for what is wrong) is for its artifact, which is opened
 * when it is first needed.
 */
import type { Embeddings, Predictor } from '../../shared/artifact/predictor.ts';
import kernels from '../../shared/executors/wasm/dist/kernels.wasm';
import { type LoadedPlan, loadPlan } from '../../shared/plan/load-plan.ts';
import { kernelsOf } from '../../shared/plan/plan.ts';
import { decodePlan } from '../../shared/plan/plan-file.ts';
import type { Deployment } from '../../shared/schema/endpoint.ts';
import type { Prediction, TokenSaid } from '../../shared/schema/prediction.ts';
import { SAID_BY_TOKENS } from '../../shared/schema/said-by-tokens.ts';
import { planKey } from '../store/blob-key.ts';
import { createMemoryCache } from './memory-cache.ts';

export type Served = Pick<Deployment, 'modelVersion' | 'precision'>;

export interface OpenModel {
  /** One for each instance. Throws AppError `invalid_data`. */
  predict(instances: readonly unknown[]): Prediction[] | Promise<Prediction[]>;
  /** The same, token by token; null where the model's answers are not said so. */
  stream(instances: readonly unknown[]): Promise<AsyncGenerator<TokenSaid, Prediction[]> | null>;
  embed(instances: readonly unknown[]): Promise<Embeddings>;
}

/** An isolate has 128 MB, the program and requests among them. */
const BUDGET = 64 * 2 ** 20;
/** Of a network that is opened from its artifact: its weights as they came, as they are, and packed for the kernels. */
const COPIES = 4;

const models = createMemoryCache<OpenModel>(BUDGET);

/** `behind` keeps the request alive for its promise. */
export async function openModel(
  blobs: R2Bucket,
  workspace: string,
  served: Served,
  behind: (work: Promise<unknown>) => void,
): Promise<OpenModel> {
  const key = keyOf(workspace, served);
  const known = models.get(key);
  if (known) return known;
  const { model, bytes } = await open(blobs, workspace, served, behind);
  return models.put(key, model, bytes);
}

async function open(
  blobs: R2Bucket,
  workspace: string,
  served: Served,
  behind: (work: Promise<unknown>) => void,
): Promise<{ model: OpenModel; bytes: number }> {
  const { modelVersion } = served;
  let predictor: Predictor | undefined;
  const byArtifact = async () => {
    if (!predictor) {
      const { openArtifact } = await import('./open-artifact.ts');
      predictor = await openArtifact(blobs, workspace, modelVersion);
      models.grow(keyOf(workspace, served), COPIES * modelVersion.size);
    }
    return predictor;
  };
  let plan = await readPlan(blobs, workspace, served);
  if (!plan) {
    await byArtifact();
    behind(
      renewPlan(blobs, workspace, served).then((renewed) => {
        plan = renewed;
      }),
    );
  }
  const model: OpenModel = {
    predict: (instances) =>
      plan?.predict(instances) ??
      predictor?.predict(instances) ??
      byArtifact().then((opened) => opened.predict(instances)),
    stream: async (instances) =>
      SAID_BY_TOKENS.includes(modelVersion.output.task) ? (await byArtifact()).stream(instances) : null,
    embed: async (instances) => (await byArtifact()).embed(instances),
  };
  return { model, bytes: plan?.memory ?? COPIES * modelVersion.size };
}

/** Of a model that was published when the kernels were others; null for one that has no plan. */
async function renewPlan(blobs: R2Bucket, workspace: string, served: Served): Promise<LoadedPlan | null> {
  const { publishPlan } = await import('./open-artifact.ts');
  await publishPlan(blobs, workspace, served);
  return readPlan(blobs, workspace, served);
}

/** Null where there is none for these kernels. */
async function readPlan(blobs: R2Bucket, workspace: string, served: Served): Promise<LoadedPlan | null> {
  const stored = await blobs.get(keyOf(workspace, served));
  if (stored?.customMetadata?.kernels !== kernelsOf(kernels)) return null;
  return loadPlan(decodePlan(new Uint8Array(await stored.arrayBuffer())), kernels);
}

const keyOf = (workspace: string, { modelVersion, precision }: Served): string =>
  planKey(workspace, modelVersion.artifact, precision);

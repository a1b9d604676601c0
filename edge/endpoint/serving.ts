/**
 * What an endpoint serves, ready in an isolate's memory: its deployments with opened models, renewed behind the answers.
 * Models are immutable, so a renewal opens only those that are new.
 */
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { createPredictor, type Predictor } from '../../shared/artifact/predictor.ts';
import { AppError } from '../../shared/errors.ts';
import kernels from '../../shared/executors/wasm/dist/kernels.wasm';
import { createWasmExecutor } from '../../shared/executors/wasm/wasm-executor.ts';
import type { ModelVersion } from '../../shared/schema/model.ts';
import { blobKey, getBlob } from '../store/blobs.ts';
import type { Db } from '../store/db.ts';
import { getEndpoint } from '../store/endpoints.ts';
import { createSwrCache } from '../swr-cache.ts';

export interface Served {
  modelVersion: ModelVersion;
  /** Per cent. */
  traffic: number;
  predictor: Predictor;
}

const cache = createSwrCache<Served[]>({ freshMs: 1000, staleMs: 10_000, maxEntries: 32 });

/** What `endpoint` serves. Throws AppError `not_found`. */
export async function servedAt(
  { db, blobs, behind }: { db: () => Db; blobs: R2Bucket; behind: (work: Promise<unknown>) => void },
  workspace: string,
  endpoint: string,
): Promise<Served[]> {
  const load = (previous: Served[] | undefined) =>
    openEndpoint(db(), blobs, workspace, endpoint, previous ?? []);
  const served = await cache.get(`${workspace}/${endpoint}`, load, behind);
  if (!served) throw new AppError('not_found', `there is no endpoint "${endpoint}"`);
  return served;
}

async function openEndpoint(
  db: Db,
  blobs: R2Bucket,
  workspace: string,
  name: string,
  previous: Served[],
): Promise<Served[] | null> {
  const endpoint = await getEndpoint(db, workspace, name).catch((error) => {
    if (error instanceof AppError && error.code === 'not_found') return null;
    throw error;
  });
  if (!endpoint) return null;
  const opened = endpoint.deployments.map(async ({ modelVersion, traffic }) => {
    const known = previous.find((one) => one.modelVersion.id === modelVersion.id);
    return {
      modelVersion,
      traffic,
      predictor: known?.predictor ?? (await openModel(blobs, workspace, modelVersion)),
    };
  });
  return Promise.all(opened);
}

async function openModel(blobs: R2Bucket, workspace: string, { artifact }: ModelVersion): Promise<Predictor> {
  const object = await getBlob(blobs, blobKey(workspace, artifact));
  return createPredictor(
    decodeArtifact(new Uint8Array(await object.arrayBuffer()), artifact),
    createWasmExecutor(kernels),
  );
}

/** Steps that flow tests share: a small dataset, a really trained artifact, and the way from a file to a finished run. */
import { type Client, createClient as createApi } from '../../shared/api/client.ts';
import { putDataset, SHA256_HEADER } from '../../shared/api/routes/datasets.ts';
import { putEndpoint } from '../../shared/api/routes/endpoints.ts';
import { claimJob, finishJob, type JobAssignment, putArtifact } from '../../shared/api/routes/jobs.ts';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createProject } from '../../shared/api/routes/projects.ts';
import { createRun } from '../../shared/api/routes/runs.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import { NetworkPipeline, type PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { plainCandidate } from '../../shared/executors/plain/plain-candidate.ts';
import type { DatasetFormat, DatasetVersion } from '../../shared/schema/dataset.ts';
import type { Endpoint } from '../../shared/schema/endpoint.ts';
import { newId } from '../../shared/schema/new-id.ts';
import type { Place, Run } from '../../shared/schema/run.ts';
import { sha256 } from '../../shared/sha256.ts';
import type { TrainResult } from '../../shared/train/events.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import type { Edge } from './edge.ts';

/** Sixty rows: `label` is "high" where a + b is above 20, which a line tells apart. */
export const CSV = new TextEncoder().encode(
  `a,b,label\n${Array.from({ length: 60 }, (_, i) => {
    const [a, b] = [i % 20, (i * 7) % 23];
    return `${a},${b},${a + b > 20 ? 'high' : 'low'}`;
  }).join('\n')}\n`,
);

export const SPEC = NetworkPipeline.parse({
  schemaVersion: 1,
  task: 'classification',
  target: 'label',
  features: ['a', 'b'].map((column) => ({ column, steps: [{ type: 'standardise' }] })),
  model: [{ type: 'dense', units: 8, activation: 'relu' }],
  split: { validation: 0.2, test: 0.2 },
  training: {
    epochs: 30,
    batchSize: 8,
    optimizer: { type: 'adam', learningRate: 0.05 },
    seed: 1,
    earlyStopping: null,
  },
} satisfies NetworkPipeline);

export async function trainArtifact(
  spec: PipelineSpec = SPEC,
  bytes = CSV,
  format: DatasetFormat = 'csv',
): Promise<TrainResult> {
  const options = { spec, table: loadDataset(bytes, format), datasetSha256: sha256(bytes) };
  const training = trainPipeline([plainCandidate('here')], options);
  for (;;) {
    const { done, value } = await training.next();
    if (done) return value;
  }
}

export const apiOf = (edge: Edge, token: string | undefined = edge.ownerToken): Client =>
  createApi({ baseUrl: edge.url, token });

export function pushDataset(
  api: Client,
  project: string,
  { name = 'points', bytes = CSV, hash = sha256(bytes), type = 'text/csv' } = {},
): Promise<DatasetVersion> {
  return api.call(putDataset, {
    params: { project, dataset: name },
    body: bytes,
    headers: { 'content-type': type, [SHA256_HEADER]: hash },
  });
}

/** A project of its own with the dataset, the pipeline and a queued run. */
export async function queueRun(
  api: Client,
  { on = 'runner' as Place, project = `p${newId('project').slice(4)}` } = {},
): Promise<{ project: string; dataset: DatasetVersion; run: Run; pipelineVersion: string }> {
  await api.call(createProject, { body: { name: project } });
  const dataset = await pushDataset(api, project);
  const pipeline = await api.call(putPipeline, { params: { project, pipeline: 'points' }, body: SPEC });
  const run = await api.call(createRun, {
    params: { project },
    body: { datasetVersion: dataset.id, pipelineVersion: pipeline.id, model: 'points', on },
  });
  return { project, dataset, run, pipelineVersion: pipeline.id };
}

export async function claim(api: Client, run: string | null = null): Promise<JobAssignment> {
  const runner = run === null ? newId('runner') : null;
  const assignment = await api.call(claimJob, { body: { runner, run, device: 'test' } });
  if (!assignment) throw new Error('no job waits');
  return assignment;
}

export type Trained = Pick<TrainResult, 'artifact' | 'sha256' | 'metrics'>;

/** Uploads the artifact under the lease and ends the run with it. */
export async function finish(api: Client, { lease }: JobAssignment, trained: Trained): Promise<Run> {
  const { job, fence } = lease;
  const { artifact, sha256, metrics } = trained;
  await api.call(putArtifact, { params: { job }, query: { fence, sha256 }, body: artifact });
  return api.call(finishJob, {
    params: { job },
    body: { fence, state: 'succeeded', artifact: sha256, metrics },
  });
}

/** A model of its own, from its data to an endpoint of that name. */
export async function serveModel(
  api: Client,
  endpoint: string,
  { bytes, format, type, spec }: Trainable & { format: DatasetFormat; spec: NetworkPipeline },
): Promise<void> {
  const project = await createModelProject(api, endpoint, { bytes, type, spec });
  await deployTrained(api, project, endpoint, await trainArtifact(spec, bytes, format));
}

interface Trainable {
  bytes: typeof CSV;
  /** Content type. */
  type: string;
  spec: PipelineSpec;
}

interface ModelProject {
  project: string;
  datasetVersion: string;
  pipelineVersion: string;
}

/** A project with a dataset and a pipeline, all of one name. */
export async function createModelProject(
  api: Client,
  name: string,
  { bytes, type, spec }: Trainable,
): Promise<ModelProject> {
  await api.call(createProject, { body: { name } });
  const dataset = await pushDataset(api, name, { name, bytes, type });
  const pipeline = await api.call(putPipeline, { params: { project: name, pipeline: name }, body: spec });
  return { project: name, datasetVersion: dataset.id, pipelineVersion: pipeline.id };
}

/** A run of which `trained` came, and an endpoint that serves it, both called `name`. */
export async function deployTrained(
  api: Client,
  { project, ...versions }: ModelProject,
  name: string,
  trained: Trained,
): Promise<Endpoint> {
  const body = { ...versions, model: name, on: 'runner' } as const;
  await api.call(createRun, { params: { project }, body });
  const { modelVersion } = await finish(api, await claim(api), trained);
  const deployments = [{ modelVersion: modelVersion!, traffic: 100 }];
  return api.call(putEndpoint, { params: { endpoint: name }, body: { deployments } });
}

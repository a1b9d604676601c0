/** A whole local Trainyard with a small task on it, for tests that disturb those who train it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWorker } from '../../edge/local/build.ts';
import { type LocalTrainyard, startLocal } from '../../edge/local/start.ts';
import { type Client, createClient } from '../../shared/api/client.ts';
import { putDataset, SHA256_HEADER } from '../../shared/api/routes/datasets.ts';
import { getCheckpoint } from '../../shared/api/routes/jobs.ts';
import { putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createProject } from '../../shared/api/routes/projects.ts';
import { createRun, getRun, getRunMetrics } from '../../shared/api/routes/runs.ts';
import { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import type { AveragingOptions } from '../../shared/schema/averaging.ts';
import type { DatasetVersion } from '../../shared/schema/dataset.ts';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import { isEnded, type Run } from '../../shared/schema/run.ts';
import { sha256 } from '../../shared/sha256.ts';
import { fromTemplate } from '../../shared/templates/advise.ts';
import { until } from './runner-process.ts';

const project = 'faults';

export interface Rings {
  home: string;
  trainyard: LocalTrainyard;
  owner: Client;
  dataset: DatasetVersion;
  /** `training` changes the template's; `target`: by default the ring, a class; `averaging`: by several workers. */
  queueRun(
    training?: Partial<NetworkPipeline['training']>,
    target?: string,
    averaging?: AveragingOptions,
  ): Promise<Run>;
  read(run: Run): Promise<Run>;
  ended(run: Run): Promise<Run>;
  /** The first checkpoint of a run, once there is one. */
  checkpointOf(run: Run): Promise<Uint8Array<ArrayBuffer>>;
  /** Without the throughput, of which each attempt has its own. */
  curvesOf(run: Run): Promise<MetricPoint[]>;
  close(): Promise<void>;
}

/** Runs of so many epochs, unless they are told. */
export async function openRings(epochs: number): Promise<Rings> {
  const home = await mkdtemp(join(tmpdir(), 'trainyard-faults-'));
  await buildWorker(() => {});
  const trainyard = await startLocal({ home, port: 0, log: () => {}, runner: false });
  const owner = createClient({ baseUrl: trainyard.url, token: trainyard.ownerToken });
  await owner.call(createProject, { body: { name: project } });
  const bytes = new TextEncoder().encode(makeCsv());
  const dataset = await owner.call(putDataset, {
    params: { project, dataset: 'rings' },
    body: bytes,
    headers: { 'content-type': 'text/csv', [SHA256_HEADER]: sha256(bytes) },
  });
  const read = ({ id }: Run) => owner.call(getRun, { params: { run: id } });
  return {
    ...{ home, trainyard, owner, dataset, read },
    async queueRun(training = {}, target = 'ring', averaging) {
      const spec = NetworkPipeline.parse(fromTemplate('table-network', dataset.profile, { target }));
      const pipeline = await owner.call(putPipeline, {
        params: { project, pipeline: target },
        body: { ...spec, training: { ...spec.training, epochs, earlyStopping: null, ...training } },
      });
      const which = { datasetVersion: dataset.id, pipelineVersion: pipeline.id, model: 'rings' };
      return owner.call(createRun, { params: { project }, body: { ...which, on: 'runner', averaging } });
    },
    ended: (run) =>
      until(async () => {
        const now = await read(run);
        return isEnded(now.state) && now;
      }, `run ${run.id} ends`) as Promise<Run>,
    checkpointOf: ({ job }) =>
      until(async () => {
        const response = await owner.call(getCheckpoint, { params: { job } }).catch(() => null);
        return response && new Uint8Array(await response.arrayBuffer());
      }, 'a checkpoint is stored'),
    async curvesOf({ id }) {
      const all = await owner.call(getRunMetrics, { params: { run: id } });
      const points = all.filter(({ name }) => name !== 'throughput');
      const key = ({ split, name, step }: MetricPoint) => `${split} ${name} ${String(step).padStart(9, '0')}`;
      return points.sort((a, b) => (key(a) < key(b) ? -1 : 1));
    },
    async close() {
      await trainyard.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Two rings of points around the origin, with some noise that follows from the row's number. */
function makeCsv(): string {
  const rows = Array.from({ length: 600 }, (_, i) => {
    const radius = (i % 2 === 0 ? 1 : 2) + 0.4 * Math.sin(i * 12.9898);
    const angle = i * 2.399963; // the golden angle, radians
    return `${(radius * Math.cos(angle)).toFixed(4)},${(radius * Math.sin(angle)).toFixed(4)},${i % 2 === 0 ? 'inner' : 'outer'}`;
  });
  return `x,y,ring\n${rows.join('\n')}\n`;
}

/** What is trained in the storm: a small network on six hundred points, alike in all jobs, so that all curves must be one. */
import type { Client as Database } from '@libsql/client';
import type { Client } from '../../../shared/api/client.ts';
import { putDataset, SHA256_HEADER } from '../../../shared/api/routes/datasets.ts';
import { putPipeline } from '../../../shared/api/routes/pipelines.ts';
import { createProject } from '../../../shared/api/routes/projects.ts';
import { loadDataset } from '../../../shared/data/load-dataset.ts';
import { NetworkPipeline } from '../../../shared/definition/pipeline-spec.ts';
import type { MetricPoint } from '../../../shared/schema/metric.ts';
import { sha256 } from '../../../shared/sha256.ts';
import { fromTemplate } from '../../../shared/templates/advise.ts';
import { trainPipeline } from '../../../shared/train/train-pipeline.ts';
import { wasmCandidate } from '../../helpers/wasm-candidate.ts';
import { readCurves } from './read-curves.ts';

const EPOCHS = 300;
const TOLERANCE = 1e-6;
const place = ({ split, name, step }: Pick<MetricPoint, 'split' | 'name' | 'step'>) =>
  `${split} ${name} ${step}`;

export async function prepare(owner: Client) {
  await owner.call(createProject, { body: { name: 'storm' } });
  const bytes = new TextEncoder().encode(makeCsv());
  const dataset = await owner.call(putDataset, {
    params: { project: 'storm', dataset: 'rings' },
    body: bytes,
    headers: { 'content-type': 'text/csv', [SHA256_HEADER]: sha256(bytes) },
  });
  const template = NetworkPipeline.parse(fromTemplate('table-network', dataset.profile, { target: 'ring' }));
  const spec = { ...template, training: { ...template.training, epochs: EPOCHS, earlyStopping: null } };
  const pipeline = await owner.call(putPipeline, {
    params: { project: 'storm', pipeline: 'rings' },
    body: spec,
  });
  return {
    body: { datasetVersion: dataset.id, pipelineVersion: pipeline.id, model: 'rings' },

    /** The curve of a training that nothing disturbs. */
    async undisturbed(): Promise<Map<string, number>> {
      const table = loadDataset(bytes, 'csv');
      const training = trainPipeline([wasmCandidate], { spec, table, datasetSha256: sha256(bytes) });
      const points = new Map<string, number>();
      for (;;) {
        const { done, value } = await training.next();
        if (done) return points;
        if (value.type === 'metrics')
          for (const point of value.points)
            if (point.name !== 'throughput') points.set(place(point), point.value);
      }
    },

    /** Runs whose curve is another. */
    async wrongCurves(database: Database, expected: Map<string, number>): Promise<string[]> {
      const wrong: string[] = [];
      for (const { run, points: all } of await readCurves(database)) {
        const points = all.filter(({ name }) => name !== 'throughput');
        if (points.length !== expected.size) {
          wrong.push(`${run} has ${points.length} points, expected ${expected.size}`);
          continue;
        }
        const off = points.find((point) => {
          const value = expected.get(place(point));
          return value === undefined || Math.abs(value - point.value) > TOLERANCE;
        });
        if (off) wrong.push(`${run} has ${off.value} at ${place(off)}`);
      }
      return wrong;
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

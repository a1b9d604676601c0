/** A model as each exporter writes it, rows for it, and what our own predictor answers to them. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Artifact, decodeArtifact, encodeArtifact } from '../../shared/artifact/artifact.ts';
import { modelShapeOf } from '../../shared/artifact/model-shape.ts';
import { createPredictor } from '../../shared/artifact/predictor.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import { profileBytes } from '../../shared/data/profile-dataset.ts';
import type { Table } from '../../shared/data/table.ts';
import { isNetwork, NetworkPipeline, type PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { AppError } from '../../shared/errors.ts';
import type { Executor } from '../../shared/executors/executor.ts';
import { createWasmExecutor } from '../../shared/executors/wasm/wasm-executor.ts';
import { exporters } from '../../shared/export/list.ts';
import { createRandom } from '../../shared/graph/random.ts';
import { initParameters } from '../../shared/model/init-parameters.ts';
import { traceModel } from '../../shared/model/trace-model.ts';
import { withHistories } from '../../shared/pipeline/histories.ts';
import type { DatasetFormat } from '../../shared/schema/dataset.ts';
import type { Prediction } from '../../shared/schema/prediction.ts';
import type { Task } from '../../shared/schema/task.ts';
import { sha256 } from '../../shared/sha256.ts';
import { fitPipeline } from '../../shared/tasks/fit-pipeline.ts';
import { fromTemplate } from '../../shared/templates/advise.ts';
import { suggestPipeline } from '../../shared/templates/suggest-pipeline.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { KERNELS } from '../engine/node-executors.ts';

export interface Source {
  bytes: Uint8Array;
  format: DatasetFormat;
  target: string;
  /** Of what the advisor suggests; what it leaves out stays. */
  change?: Partial<NetworkPipeline> | { template: string; task: Task };
  /** Rows as JSON. */
  rows(table: Table): Record<string, unknown>[];
  /** Without it a network's weights are random, all of them, which tells more than zeros and costs nothing. */
  train?: boolean;
}

export interface Exported {
  artifact: Artifact;
  rows: Record<string, unknown>[];
  expected: Prediction[];
  /** Of the exporters that refuse it, why. */
  refusals: Map<string, string>;
}

/** Writes the files of each exporter that takes an artifact alone under `folder`/its name, with `rows.json`. */
export async function exportInto(folder: string, source: Source): Promise<Exported> {
  const { bytes, format, target, change = {} } = source;
  const profile = profileBytes(bytes, format);
  const table = loadDataset(bytes, format, profile);
  const spec =
    'template' in change
      ? fromTemplate(change.template, profile, { target, task: change.task })
      : NetworkPipeline.parse({ ...suggestPipeline(profile, { target }), ...change });
  const artifact =
    source.train || !isNetwork(spec)
      ? await trained(spec, table, sha256(bytes))
      : withRandomWeights(spec, table);
  const names = artifact.fitted.inputs.map(({ name }) => name);
  const rows = source
    .rows(table)
    .map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name))));
  const predictor = await createPredictor(artifact, await startWasm());
  const expected = await predictor.predict(rows);
  predictor.dispose();
  return { artifact, rows, expected, refusals: await writeExports(folder, artifact, rows) };
}

async function writeExports(
  folder: string,
  artifact: Artifact,
  rows: readonly object[],
): Promise<Exported['refusals']> {
  const refusals: Exported['refusals'] = new Map();
  for (const { name, files, program } of exporters) {
    if (program) continue; // made of more than the artifact
    try {
      const made = files(artifact, 'tested');
      const all = [...made, { path: 'rows.json', bytes: new TextEncoder().encode(JSON.stringify(rows)) }];
      for (const { path, bytes } of all) {
        await mkdir(dirname(join(folder, name, path)), { recursive: true });
        await writeFile(join(folder, name, path), bytes);
      }
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'unsupported') throw error;
      refusals.set(name, error.message);
    }
  }
  return refusals;
}

export const startWasm = async (): Promise<Executor> =>
  createWasmExecutor(await WebAssembly.compile(await readFile(KERNELS)));

async function trained(spec: PipelineSpec, table: Table, datasetSha256: string): Promise<Artifact> {
  const candidate = { name: 'wasm', device: 'here', start: startWasm };
  const training = trainPipeline([candidate], { spec, table, datasetSha256 });
  let next = await training.next();
  while (!next.done) next = await training.next();
  return decodeArtifact(next.value.artifact);
}

/** As a vocabulary, in place of the one that comes with weights: six that are no text, and letters. */
const LETTERS: [string, number | null][] = [...'012345', ...'\u2581abcdefghijklmnopqrstuvwxyz'].map(
  (piece, i) => [piece, i < 6 ? null : -i],
);

export function withRandomWeights(spec: NetworkPipeline, given: Table): Artifact {
  const table = withHistories(given, spec.features);
  const fitted = fitPipeline(
    spec,
    table,
    Uint32Array.from({ length: table.rows }, (_, row) => row),
    new Map([['universal-sentence-encoder-lite', LETTERS]]),
  );
  const graph = traceModel(spec.model, { ...modelShapeOf(fitted), batch: 1, training: false });
  const random = createRandom(7, 0);
  const parameters = new Map(
    [...initParameters(graph, 7)].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => value + 0.4 * (random() - 0.5)) },
    ]),
  );
  const metrics = { validation: {}, test: {} };
  const { bytes } = encodeArtifact({
    ...{ spec, fitted, parameters, metrics },
    ...{ datasetSha256: '0'.repeat(64), device: 'here', executor: 'plain' },
  });
  const artifact = decodeArtifact(bytes);
  if (!isNetwork(artifact.spec)) throw new Error('a network is no longer one');
  return artifact;
}

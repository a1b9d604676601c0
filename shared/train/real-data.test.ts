/** The suggested pipelines on real files: what a person gets who changes nothing. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../data/decode-image.ts';
import { loadDataset } from '../data/load-dataset.ts';
import { packZip } from '../data/pack-zip.ts';
import { profileDataset } from '../data/profile-dataset.ts';
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import type { Candidate } from '../executors/choose/candidate.ts';
import { plainCandidate } from '../executors/plain/plain-candidate.ts';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { createWasmExecutor } from '../executors/wasm/wasm-executor.ts';
import { importModel } from '../import/import-model.ts';
import { makeWeightFile } from '../import/make-weight-file.ts';
import { readSource } from '../import/read-source.ts';
import { mobilenetV1 } from '../model/backbones/mobilenet-v1.ts';
import { ModelSpec } from '../model/model-spec.ts';
import { traceBody } from '../model/trace-model.ts';
import { image } from '../pipeline/steps/image.ts';
import { sha256 } from '../sha256.ts';
import { advise } from '../templates/advise.ts';
import { suggestPipeline } from '../templates/suggest-pipeline.ts';
import { finish, trainTogether } from './train-fixtures.ts';
import { trainPipeline } from './train-pipeline.ts';

async function readFolder(folder: string) {
  const names = (await readdir(folder)).filter((name) => /\.(json|bin)$/.test(name));
  return readSource(
    await Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) }))),
  );
}

async function picturesIn(folder: string) {
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.jpg')).sort();
  return Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(join(folder, path)) })));
}

async function wasmCandidate(): Promise<Candidate> {
  const kernels = await WebAssembly.compile(
    await readFile(new URL('../executors/wasm/dist/kernels.wasm', import.meta.url)),
  );
  return { name: 'wasm', device: 'here', start: async () => createWasmExecutor(kernels) };
}

const home = process.env.TRAINYARD_DATASETS;

describe.skipIf(!home)(
  `real data${home ? '' : ' (skipped: TRAINYARD_DATASETS names no folder of datasets)'}`,
  () => {
    it.each([
      { file: 'tabular-penguins/penguins.csv', target: 'species', metric: 'accuracy', atLeast: 0.96 },
      { file: 'tabular-sklearn/breast_cancer.csv', target: 'diagnosis', metric: 'accuracy', atLeast: 0.95 },
      { file: 'tabular-sklearn/diabetes.csv', target: 'progression', metric: 'r2', atLeast: 0.42 },
    ] as const)(
      '$file: $metric ≥ $atLeast',
      { timeout: 60_000 },
      async ({ file, target, metric, atLeast }) => {
        const bytes = new Uint8Array(await readFile(join(home!, file)));
        const profile = await profileDataset(new Blob([bytes]).stream(), 'csv');
        const spec = suggestPipeline(profile, { target });
        const options = {
          spec,
          table: loadDataset(bytes, 'csv', profile),
          datasetSha256: sha256(bytes),
        };
        const { metrics } = await finish(trainPipeline([plainCandidate('here')], options));
        expect(metrics.test[metric]).toBeGreaterThanOrEqual(atLeast);
      },
    );

    it('MobileNet, imported, knows what is in photographs', async () => {
      const folder = join(home!, 'mobilenet-v1-025-224-tfjs');
      const { model, inputShape, weights } = importModel(await readFolder(folder));
      const labels = (await readFile(join(folder, 'imagenet_labels_1000.txt'), 'utf8')).split('\n');
      const program = await createPlainExecutor().compile(
        traceBody(model, { inputShape, batch: 1 }),
        weights,
      );
      for (const [name, label] of [
        ['cat_720p', /cat/],
        ['hot_dog', /hotdog/],
        ['parrot', /macaw/],
      ] as const) {
        const picture = decodeImage(await readFile(join(folder, `${name}.jpg`)));
        const step = { type: 'image', height: 224, width: 224, channels: 3, scale: 'minus-one-one' } as const;
        const { data } = image.apply({ type: 'image', values: [picture] }, step, null);
        const { y } = await program.run({ x: { shape: [1, ...inputShape], data } });
        expect(labels[y!.data.indexOf(Math.max(...y!.data))]).toMatch(label);
      }
    }, 60_000);

    it('MNIST by two workers is learnt in hardly more epochs than by one', async () => {
      const names = ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'];
      const zip = packZip(
        await Promise.all(
          names.map(async (path) => ({ path, bytes: await readFile(join(home!, 'mnist-subset', path)) })),
        ),
      );
      const profile = await profileDataset(new Blob([zip as Uint8Array<ArrayBuffer>]).stream(), 'pictures');
      const suggested = suggestPipeline(profile, { target: 'label' }) as NetworkPipeline;
      const specOf = (epochs: number): NetworkPipeline => ({
        ...suggested,
        model: ModelSpec.parse([{ type: 'flatten' }, { type: 'dense', units: 64, activation: 'relu' }]),
        training: {
          ...{ epochs, batchSize: 32, seed: 1, earlyStopping: null },
          optimizer: { type: 'adam', learningRate: 1e-3 },
        },
      });
      const data = { table: loadDataset(zip, 'pictures', profile), datasetSha256: sha256(zip) };
      const wasm = [await wasmCandidate()];
      const alone = await finish(trainPipeline(wasm, { ...data, spec: specOf(30) }));
      const parts = [0, 1].map((index) => ({ ...data, spec: specOf(36), shard: { index, of: 2 } }));
      const rules = { momentum: 0.8 };
      const [one, other] = await trainTogether(wasm, parts, { epochsPerRound: 0.25, rules });
      expect(one!.sha256).toBe(other!.sha256);
      // of 400 rows; the benchmark has the figures of 20,000 over several seeds
      expect(one!.metrics.test.accuracy).toBeGreaterThanOrEqual(alone.metrics.test.accuracy! - 0.01);
      expect(alone.metrics.test.accuracy).toBeGreaterThan(0.85);
    }, 60_000);

    it('flowers by transfer: what MobileNet sees is enough to tell them apart', async () => {
      const { weights } = mobilenetV1;
      const file = await makeWeightFile(weights, (path) =>
        readFile(join(home!, weights.source.folder, path)),
      );
      expect(file.length).toBe(weights.bytes);
      const zip = packZip(await picturesIn(join(home!, 'flowers-photo-subset')));
      const profile = await profileDataset(new Blob([zip as Uint8Array<ArrayBuffer>]).stream(), 'pictures');
      const [first] = advise(profile, { target: 'label', weights: new Set([weights.sha256]) });
      expect(first!.template.name).toBe('picture-transfer');
      const { metrics } = await finish(
        trainPipeline([await wasmCandidate()], {
          spec: first!.spec,
          table: loadDataset(zip, 'pictures', profile),
          datasetSha256: sha256(zip),
          weights: new Map([[weights.sha256, file]]),
        }),
      );
      // of 50 pictures; the benchmark has the figure over several seeds
      expect(metrics.test.accuracy).toBeGreaterThanOrEqual(0.66);
    }, 120_000);
  },
);

/** Both ways to make pictures, from rows to pictures: bars of 8 × 8 pixels, learnt on the reference executor. */
import { describe, expect, it } from 'vitest';
import { decodeArtifact } from '../artifact/artifact.ts';
import { createPredictor } from '../artifact/predictor.ts';
import { decodeSentImage } from '../data/decode-sent.ts';
import type { Image, Table } from '../data/table.ts';
import { checkPipeline } from '../definition/check-pipeline.ts';
import { PipelineSpec } from '../definition/pipeline-spec.ts';
import { plainCandidate } from '../executors/plain/plain-candidate.ts';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { exporters } from '../export/list.ts';
import type { DatasetProfile } from '../schema/dataset.ts';
import type { MetricPoint } from '../schema/metric.ts';
import type { Snapshot } from '../schema/snapshot.ts';
import { finish } from './train-fixtures.ts';
import { trainPipeline } from './train-pipeline.ts';

const ROWS = 120;
const SIZE = { width: 8, height: 8, channels: 1 } as const;

/** One bright column of eight on black. */
const bars = Array.from({ length: ROWS }, (_, row): Image => {
  const data = Uint8Array.from({ length: 64 }, (_, i) => (i % 8 === row % 8 ? 255 : 0));
  return { ...SIZE, data };
});
const table: Table = { rows: ROWS, columns: new Map([['image', { type: 'image', values: bars }]]) };
const profile = {
  rows: ROWS,
  columns: [
    { name: 'image', type: 'image', missing: 0, distinct: ROWS, distinctCapped: false, top: [], image: SIZE },
  ],
} as unknown as DatasetProfile;

const half = { type: 'conv2d', filters: 8, kernelSize: 3, stride: 2 };
const double = { type: 'conv2d-transpose', filters: 8, kernelSize: 3 };
const AUTOENCODER = [
  { ...half, id: 'half' },
  { type: 'flatten' },
  { type: 'dense', units: 8, activation: 'linear' },
  { type: 'latent', id: 'code' },
  { type: 'dense', units: 128 },
  { type: 'reshape', id: 'folded', shape: [4, 4, 8] },
  double,
];
const DENOISER = [
  { type: 'conv2d', id: 'full', filters: 16, kernelSize: 3, activation: 'silu' },
  { ...half, filters: 16 },
  { type: 'conv2d', filters: 16, kernelSize: 3, activation: 'silu' },
  { ...double, id: 'up', filters: 16 },
  { type: 'add', inputs: ['full', 'up'] },
  { type: 'conv2d', filters: 16, kernelSize: 3, activation: 'silu' },
];

const definition = (loss: unknown, model: unknown, epochs = 1) => ({
  ...{ schemaVersion: 1, task: 'image-generation', target: 'picture', model },
  features: [{ column: 'image', steps: [{ type: 'image', ...SIZE, scale: 'zero-one' }] }],
  split: { validation: 0.2, test: 0.2 },
  training: {
    ...{ epochs, batchSize: 18, optimizer: { type: 'adam', learningRate: 0.01 }, seed: 5 },
    ...{ earlyStopping: null, loss },
  },
});

async function train(loss: unknown, model: unknown, epochs: number) {
  const points: MetricPoint[] = [];
  let snapshot: Snapshot | undefined;
  const spec = PipelineSpec.parse(definition(loss, model, epochs));
  const run = trainPipeline([plainCandidate('here')], { spec, table, datasetSha256: 'a'.repeat(64) });
  const result = await finish(run, (event) => {
    if (event.type === 'metrics') points.push(...event.points);
    if (event.type === 'snapshot') snapshot = event.snapshot;
  });
  const held = points.filter(({ split }) => split === 'validation');
  return { ...result, held, snapshot };
}

async function make(artifact: Uint8Array, instances: unknown[]): Promise<Image[]> {
  const predictor = await createPredictor(decodeArtifact(artifact), createPlainExecutor());
  const predictions = await predictor.predict(instances);
  predictor.dispose();
  return predictions.map((one) => decodeSentImage('image' in one ? one.image : ''));
}

/** How far the nearest bar is, the mean of absolute differences from 0 to 255. */
const distance = ({ data }: Image): number =>
  Math.min(
    ...bars.slice(0, 8).map((bar) => bar.data.reduce((sum, x, i) => sum + Math.abs(x - data[i]!), 0) / 64),
  );

describe.each([
  // 64 pixels at chance cost 64 · ln 2 = 44.4 nats; which of eight bars it is, ln 8 = 2.1
  ['a variational autoencoder', { type: 'reconstruction' }, AUTOENCODER, 60, 12],
  // to say of v what is known without looking: its variance, ½ · (1 + mean of x²) = 1 for pixels of ±1
  ['a diffusion model', { type: 'denoising', steps: 24 }, DENOISER, 60, 0.3],
] as const)('%s', { timeout: 120_000 }, (_, loss, model, epochs, least) => {
  it('learns bars, and makes them of seeds', async () => {
    const { artifact, held, metrics, steps, snapshot } = await train(loss, model, epochs);
    expect(steps).toBe(epochs * 4);
    expect(held.map(({ name }) => name)).toEqual(Array(epochs).fill('loss'));
    expect(held.at(-1)!.value).toBeLessThan(least);
    expect(metrics.test.loss).toBeLessThan(least);
    expect(Object.keys(metrics.test)).toEqual(['loss']);

    const made = await make(
      artifact,
      Array.from({ length: 20 }, (_, seed) => ({ seed })),
    );
    const near = made.filter((picture) => distance(picture) < 32).length;
    expect(near).toBeGreaterThanOrEqual(12);
    expect(new Set(made.map(({ data }) => data.join())).size).toBe(20);
    const [none, again] = await make(artifact, [{}, { seed: 7 }]);
    expect([none, again]).toEqual([made[0], made[7]]);
    // what is shown of it in the end are the pictures of the first seeds
    const shown = snapshot!.samples!.rows.map(({ row, prediction }) => ({
      seed: row.seed as number,
      picture: decodeSentImage('image' in prediction ? prediction.image : ''),
    }));
    expect(shown).toEqual([1, 2, 3, 4].map((seed) => ({ seed, picture: made[seed] })));
  });

  it('is refused what no seed is', async () => {
    const { artifact } = await train(loss, model, 1);
    const asked = (instances: unknown[]) => make(artifact, instances);
    await expect(asked([{ seed: 1 }, { seed: 1.5 }])).rejects.toThrow(
      'instances[1], feature "seed" is 1.5; expected a whole number from 0 to 2147483647',
    );
    await expect(asked([{ seed: -1 }])).rejects.toThrow('"seed" is -1');
    await expect(asked([{ image: 'x' }])).rejects.toThrow('unknown feature "image"; accepted are "seed"');
    await expect(asked(Array(65).fill({}))).rejects.toThrow('65 pictures are asked for at once; at most 64');
  });

  it('ends with the same artifact for the same seed, and leaves as tensors and graphs, not as code', async () => {
    const [first, second] = [await train(loss, model, 2), await train(loss, model, 2)];
    expect(second.sha256).toBe(first.sha256);
    const artifact = decodeArtifact(first.artifact);
    for (const { name, files, program } of exporters) {
      if (program) continue;
      // Keras has no counterpart of the latent block
      const leaves = ['safetensors', 'onnx', ...(model === DENOISER ? ['tfjs'] : [])];
      if (leaves.includes(name)) expect(files(artifact, 'bars').length).toBeGreaterThan(0);
      else
        expect(() => files(artifact, 'bars')).toThrow(/a model that makes pictures|block "code" \(latent\)/);
    }
  });
});

describe('refusals', () => {
  const check = (loss: unknown, model: unknown, change: object = {}) =>
    checkPipeline(PipelineSpec.parse({ ...definition(loss, model), ...change }), profile);
  const reconstruction = { type: 'reconstruction' };

  it('what is right passes', () => {
    expect(() => check(reconstruction, AUTOENCODER)).not.toThrow();
    expect(() => check({ type: 'denoising' }, DENOISER)).not.toThrow();
  });

  it.each<[string, unknown, unknown, object, string]>([
    ['no latent block', reconstruction, DENOISER, {}, 'needs one "latent" block'],
    [
      'two',
      reconstruction,
      [...AUTOENCODER.slice(0, 4), { type: 'latent' }, ...AUTOENCODER.slice(4)],
      {},
      'needs one "latent" block',
    ],
    [
      'one in a denoiser',
      { type: 'denoising' },
      AUTOENCODER,
      {},
      'a "latent" block is for the loss "reconstruction"',
    ],
    [
      'a way round it',
      reconstruction,
      [...AUTOENCODER.slice(0, 6), { type: 'concatenate', inputs: ['folded', 'half'] }, double],
      {},
      'takes nothing from before it',
    ],
    [
      'another size',
      reconstruction,
      AUTOENCODER.slice(0, 6),
      {},
      'gives 4 × 4 × 8; for pictures of 8 × 8 it must give 8 × 8',
    ],
    [
      'another scale',
      reconstruction,
      AUTOENCODER,
      { features: [{ column: 'image', steps: [{ type: 'image', ...SIZE, scale: 'none' }] }] },
      'one feature, a column of pictures with the step "image" and the scale "zero-one"',
    ],
    [
      'a column as its name',
      reconstruction,
      AUTOENCODER,
      { target: 'image' },
      'it is what the answer is called',
    ],
  ])('%s', (_, loss, model, change, message) => {
    expect(() => check(loss, model, change)).toThrow(message);
  });

  it('a loss of another task', () => {
    const { error } = PipelineSpec.safeParse(definition({ type: 'mse' }, AUTOENCODER));
    expect(error!.issues[0]!.message).toBe(
      'the loss "mse" is not for image-generation; use reconstruction, denoising',
    );
  });
});

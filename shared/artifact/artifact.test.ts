import { readFile } from 'node:fs/promises';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { plainCandidate } from '../executors/plain/plain-candidate.ts';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { cpuBackend } from '../executors/tfjs/cpu-for-tests.ts';
import { createTfjsExecutor } from '../executors/tfjs/tfjs-executor.ts';
import { initParameters } from '../model/init-parameters.ts';
import { ModelSpec } from '../model/model-spec.ts';
import { traceModel } from '../model/trace-model.ts';
import { cloudsSpec, cloudsTable, finish } from '../train/train-fixtures.ts';
import { trainPipeline } from '../train/train-pipeline.ts';
import { type Artifact, decodeArtifact } from './artifact.ts';
import { toLayersModel, toModelFile } from './layers-model.ts';
import { ENTRY_NAMES, TRAINYARD_VERSION } from './manifest.ts';
import { createPredictor } from './predictor.ts';
import { packStored, unpackStored } from './stored-zip.ts';

type Files = Record<string, Uint8Array>;
let tf: Awaited<ReturnType<typeof cpuBackend>>;
let bytes: Uint8Array;
let artifact: Artifact;
const instances = Array.from({ length: 70 }, (_, i) => ({ a: i / 50, b: 1 - i / 40 }));

beforeAll(async () => {
  tf = await cpuBackend();
  const training = {
    table: cloudsTable(),
    spec: cloudsSpec({ epochs: 3 }),
    datasetSha256: 'a'.repeat(64),
  };
  const result = await finish(trainPipeline([plainCandidate('here')], training));
  bytes = result.artifact;
  artifact = decodeArtifact(bytes, result.sha256);
});

describe('decodeArtifact', () => {
  it('gives back what was trained', () => {
    expect(artifact.spec).toEqual(cloudsSpec({ epochs: 3 }));
    expect(artifact.manifest).toMatchObject({ formatVersion: 1, task: 'classification', seed: 7 });
    expect([...artifact.parameters.keys()]).toEqual([
      'dense_1/kernel',
      'dense_1/bias',
      'output/kernel',
      'output/bias',
    ]);
  });

  it('refuses a flipped byte anywhere, even without knowing the sha256', () => {
    for (let i = 0; i < bytes.length; i += i < 100 || i > bytes.length - 500 ? 1 : 61) {
      const flipped = bytes.slice();
      flipped[i]! ^= 1;
      expect(() => decodeArtifact(flipped), `byte ${i}`).toThrow(
        expect.objectContaining({
          code: 'invalid_artifact',
          message: expect.stringContaining('not a sound artifact'),
        }),
      );
    }
  });

  it.each([
    ['nothing', () => new Uint8Array()],
    ['half of it', () => bytes.slice(0, bytes.length / 2)],
    ['more than all of it', () => Uint8Array.from([...bytes, 0])],
    ['text', () => new TextEncoder().encode('a,b\n1,2\n')],
  ])('refuses %s', (_, make) => {
    expect(() => decodeArtifact(make())).toThrow(expect.objectContaining({ code: 'invalid_artifact' }));
  });

  it.each([
    ['a file is missing', ({ 'metrics.json': _, ...rest }: Files) => rest, 'it ends before metrics.json'],
    [
      'a file is first missing',
      ({ 'model.json': _, ...rest }: Files) => rest,
      '"weights.bin" where model.json',
    ],
    [
      'there is one more',
      (files: Files) => ({ ...files, 'more.txt': new Uint8Array(1) }),
      '"more.txt" where',
    ],
    [
      'a file is another than its manifest names',
      (files: Files) => ({ ...files, 'metrics.json': new TextEncoder().encode('{}') }),
      'metrics.json is not the file',
    ],
  ])('refuses a zip in which %s', (_, change, message) => {
    const files = unpackStored(bytes, ['manifest.json', ...ENTRY_NAMES]);
    expect(() => decodeArtifact(packStored(change(files)))).toThrow(message);
  });

  it('refuses a zip that is compressed', () => {
    const files = unpackStored(bytes, ['manifest.json', ...ENTRY_NAMES]);
    expect(() => decodeArtifact(zipSync(files))).toThrow('manifest.json is compressed');
  });

  it.each([0, 1, 1000, 0x7fffffff, 0xffffffff])('refuses a file said to have %i bytes', (lie) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const directory = view.getUint32(bytes.length - 6, true);
    for (const [from, signature, sizes] of [
      [0, 0x04034b50, [18, 22]],
      [directory, 0x02014b50, [20, 24]],
    ] as const) {
      expect(view.getUint32(from, true)).toBe(signature);
      for (const changed of [[sizes[0]], [sizes[1]], sizes]) {
        const liar = bytes.slice();
        for (const at of changed) new DataView(liar.buffer).setUint32(from + at, lie, true);
        expect(() => decodeArtifact(liar)).toThrow(expect.objectContaining({ code: 'invalid_artifact' }));
      }
    }
  });

  it('refuses at once a zip said to hold more files than it has', () => {
    const liar = bytes.slice();
    new DataView(liar.buffer).setUint32(liar.length - 14, 0xfffefffe, true); // both counts of the end record
    expect(() => decodeArtifact(liar)).toThrow('where its end belongs');
  });

  it('refuses another artifact than the one asked for', () => {
    expect(() => decodeArtifact(bytes, 'f'.repeat(64))).toThrow(`expected ${'f'.repeat(64)}`);
  });
});

describe('createPredictor', () => {
  it('answers alike on every executor, one by one or many at once, and as the LayersModel does', async () => {
    const plain = await createPredictor(artifact, createPlainExecutor());
    const tfjs = await createPredictor(artifact, createTfjsExecutor(tf));
    const many = await plain.predict(instances);
    const other = await tfjs.predict(instances);
    const layers = await tf.loadLayersModel(tf.io.fromMemory(layersFiles(bytes)));
    const { data, shape } = plain.features(instances);
    const output = layers.predict(
      tf.tensor(data, [instances.length, ...shape]),
    ) as import('@tensorflow/tfjs').Tensor;
    const expected = await output.data();
    for (const [row, instance] of instances.entries()) {
      const [one] = await plain.predict([instance]);
      expect(one).toEqual(many[row]);
      const prediction = many[row]!;
      if (!('label' in prediction)) throw new Error('expected a label');
      const { inside, outside } = prediction.probabilities;
      expect(prediction.label).toBe(inside! >= outside! ? 'inside' : 'outside');
      expect(inside! + outside!).toBeCloseTo(1, 6);
      expect(other[row]).toMatchObject({ label: prediction.label });
      expect(inside).toBeCloseTo((other[row] as typeof prediction).probabilities.inside!, 6);
      expect(inside).toBeCloseTo(expected[2 * row]!, 6);
    }
    plain.dispose();
    tfjs.dispose();
  });

  it('names what is wrong with an instance', async () => {
    const predictor = await createPredictor(artifact, createPlainExecutor());
    await expect(predictor.predict([{ a: 1, b: 'two' }])).rejects.toMatchObject({ code: 'invalid_data' });
    await expect(predictor.predict([{ a: 1, b: 2, c: 3 }])).rejects.toMatchObject({ code: 'invalid_data' });
  });
});

describe('toLayersModel', () => {
  const branches = [
    { type: 'conv2d', filters: 4, kernelSize: 3, activation: 'linear', id: 'stem' },
    { type: 'batch-norm' },
    { type: 'conv2d', filters: 4, kernelSize: 3, id: 'branch' },
    { type: 'add', inputs: ['stem', 'branch'] },
    { type: 'global-max-pooling', id: 'most' },
    { type: 'global-average-pooling', id: 'mean', inputs: ['branch'] },
    { type: 'concatenate', id: 'both', inputs: ['most', 'mean'] },
    { type: 'dense', units: 8, activation: 'sigmoid', id: 'gate' },
    { type: 'multiply', inputs: ['both', 'gate'] },
  ];
  it.each<[string, number[], unknown[]]>([
    [
      'pictures',
      [9, 8, 2],
      [
        { type: 'conv2d', filters: 3, kernelSize: 3 },
        { type: 'conv2d', filters: 2, kernelSize: 2, stride: 2, padding: 'valid', activation: 'tanh' },
        { type: 'activation', activation: 'sigmoid' },
        { type: 'max-pooling2d' },
        { type: 'dropout', rate: 0.5 },
        { type: 'flatten' },
        { type: 'dense', units: 5 },
      ],
    ],
    [
      'pictures, separable and transposed',
      [6, 6, 2],
      [
        { type: 'depthwise-conv2d', kernelSize: 3, multiplier: 2, activation: 'linear' },
        { type: 'batch-norm' },
        { type: 'separable-conv2d', filters: 3, kernelSize: 3, activation: 'silu' },
        { type: 'average-pooling2d' },
        { type: 'conv2d-transpose', filters: 4, kernelSize: 3 },
        { type: 'upsampling2d' },
        { type: 'max-pooling2d', size: 3, stride: 2, padding: 'same' },
        { type: 'global-average-pooling' },
        { type: 'layer-norm' },
        { type: 'dense', units: 5, activation: 'gelu' },
      ],
    ],
    [
      'sequences',
      [12],
      [
        { type: 'embedding', count: 6, size: 4 },
        { type: 'conv1d', filters: 3, kernelSize: 3, stride: 2 },
        { type: 'max-pooling1d' },
        { type: 'lstm', units: 3, sequence: true },
        { type: 'average-pooling1d', size: 1 },
        { type: 'reshape', shape: [9] },
      ],
    ],
    ['branches', [5, 4, 2], branches],
  ])('makes the same network of %s', async (_, inputShape, entries) => {
    const model = ModelSpec.parse(entries);
    const shape = { inputShape, outputs: 3 };
    const graph = traceModel(model, { ...shape, batch: 2, training: false });
    const parameters = initParameters(graph, 1);
    for (const { data } of parameters.values()) {
      for (let i = 0; i < data.length; i++) data[i]! += 0.1 + 0.05 * Math.sin(i); // biases and moving means, too
    }
    const whole = inputShape.length === 1;
    const size = 2 * inputShape.reduce((product, n) => product * n);
    const x = Float32Array.from({ length: size }, (_, i) => (whole ? (i * 7) % 6 : Math.sin(i)));
    const { y } = await (await createPlainExecutor().compile(graph, parameters)).run({
      x: { shape: [2, ...inputShape], data: x },
    });
    const { modelTopology, weightsManifest } = toLayersModel(model, shape, 'regression');
    const layers = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: modelTopology as object,
        weightSpecs: weightsManifest[0].weights,
        weightData: joined([...parameters.values()].map(({ data }) => data)),
      }),
    );
    const expected = await (
      layers.predict(tf.tensor(x, [2, ...inputShape])) as import('@tensorflow/tfjs').Tensor
    ).data();
    for (const [i, value] of y!.data.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
  });

  it.each<[unknown[], string]>([
    [
      [{ type: 'attention' }],
      'TensorFlow.js cannot run the layer "attention_1" (MultiHeadAttention): it has no such layer',
    ],
    [
      [{ type: 'flatten', inputs: ['feature:tokens'], id: 'words' }],
      'TensorFlow.js cannot run the layer "feature_tokens" (Slice): it has no layer that takes a part of the features',
    ],
    [
      [{ type: 'gru', units: 3 }],
      'TensorFlow.js cannot run the layer "gru_1" (GRU): its GRU resets before the product',
    ],
    [
      [
        { type: 'reshape', shape: [2, 4, 4] },
        { type: 'upsampling2d', method: 'bilinear' },
      ],
      'TensorFlow.js cannot run the layer "upsampling2d_2" (UpSampling2D): its bilinear UpSampling2D blends other pixels',
    ],
  ])('says which block of %j Keras or TensorFlow.js lacks', (entries, reason) => {
    const shape = {
      inputShape: [4, 8],
      features: [
        { column: 'tokens', shape: [4, 4] },
        { column: 'more', shape: [4, 4] },
      ],
      outputs: 2,
    };
    const model = ModelSpec.parse(entries);
    expect(() => toLayersModel(model, shape, 'classification')).toThrow(
      expect.objectContaining({ code: 'unsupported', message: reason }),
    );
    expect(toModelFile(model, shape, 'classification')).toMatchObject({
      format: 'trainyard-weights',
      reason,
    });
  });
});

it('a model of branches and slices is trained, kept without a LayersModel, and predicts', async () => {
  const model = ModelSpec.parse([
    { type: 'dense', units: 6, inputs: ['feature:a'], id: 'left' },
    { type: 'dense', units: 6, inputs: ['feature:b'], id: 'right' },
    { type: 'batch-norm', id: 'scaled' },
    { type: 'add', inputs: ['left', 'scaled'], id: 'sum' },
    { type: 'reshape', shape: [3, 2] },
    { type: 'transformer-encoder', heads: 1, hidden: 4, positions: 'learned' },
    { type: 'bidirectional', units: 2, cell: 'gru' },
  ]);
  const spec = cloudsSpec({ epochs: 12, model });
  const losses: number[] = [];
  const result = await finish(
    trainPipeline([plainCandidate('here')], { table: cloudsTable(), spec, datasetSha256: 'a'.repeat(64) }),
    (event) => {
      if (event.type !== 'metrics') return;
      for (const { split, name, value } of event.points) {
        if (split === 'train' && name === 'loss') losses.push(value);
      }
    },
  );
  const mean = (some: number[]) => some.reduce((total, loss) => total + loss, 0) / some.length;
  expect(mean(losses.slice(-8))).toBeLessThan(0.6 * mean(losses.slice(0, 4)));
  expect(result.metrics.test.accuracy).toBeGreaterThanOrEqual(0.85);

  const kept = decodeArtifact(result.artifact, result.sha256);
  expect([...kept.parameters.keys()]).toContain('scaled/movingMean');
  expect(kept.parameters.get('scaled/movingMean')!.data.some((value) => value !== 0)).toBe(true);
  const files = unpackStored(result.artifact, ['manifest.json', ...ENTRY_NAMES]);
  expect(JSON.parse(new TextDecoder().decode(files['model.json']))).toMatchObject({
    format: 'trainyard-weights',
    reason:
      'TensorFlow.js cannot run the layer "feature_a" (Slice): it has no layer that takes a part of the features',
  });
  const predictor = await createPredictor(kept, createTfjsExecutor(tf));
  const plain = await createPredictor(kept, createPlainExecutor());
  const [inside, outside] = (await predictor.predict([
    { a: 1.4, b: -0.4 },
    { a: 0.2, b: 0.9 },
  ])) as { label: string; probabilities: Record<string, number> }[];
  expect([inside!.label, outside!.label]).toEqual(['inside', 'outside']);
  const [same] = (await plain.predict([{ a: 1.4, b: -0.4 }])) as (typeof inside)[];
  expect(same!.probabilities.inside).toBeCloseTo(inside!.probabilities.inside!, 5);
  predictor.dispose();
  plain.dispose();
});

it('writes the version that package.json has', async () => {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  expect(TRAINYARD_VERSION).toBe(version);
});

/** model.json and weights.bin as another program would read them from the file. */
function layersFiles(zip: Uint8Array) {
  const files = unpackStored(zip, ['manifest.json', ...ENTRY_NAMES]);
  const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(files['model.json']));
  return {
    modelTopology,
    weightSpecs: weightsManifest[0].weights,
    weightData: files['weights.bin'].slice().buffer,
  };
}

function joined(arrays: readonly Float32Array[]): ArrayBuffer {
  return Float32Array.from(arrays.flatMap((array) => [...array])).buffer;
}

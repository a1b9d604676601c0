/** Models that TensorFlow.js made and runs itself: imported, they answer alike. And `fromKeras` is `layer` the other way round. */
import * as tf from '@tensorflow/tfjs';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { cpuBackend } from '../executors/tfjs/cpu-for-tests.ts';
import type { Block } from '../model/block.ts';
import { blocks } from '../model/blocks/list.ts';
import { traceBody, traceModel } from '../model/trace-model.ts';
import { importModel } from './import-model.ts';
import { type NamedFile, readSource } from './read-source.ts';

beforeAll(cpuBackend);

/** What `model.save` writes. */
async function filesOf(
  model: tf.LayersModel,
  change: (json: Record<string, unknown>) => void = () => {},
): Promise<NamedFile[]> {
  let files: NamedFile[] = [];
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const json = { modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }] };
      change(json);
      const bytes = new TextEncoder().encode(JSON.stringify(json));
      files = [
        { name: 'model.json', bytes },
        { name: 'weights.bin', bytes: new Uint8Array(weightData as ArrayBuffer) },
      ];
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  return files;
}

/** All weights away from where they begin, so that none can be taken for another. */
function stir(model: tf.LayersModel): tf.LayersModel {
  const weights = model.getWeights();
  model.setWeights(
    weights.map((weight, i) => tf.add(weight, tf.randomUniform(weight.shape, 0.05, 0.3, 'float32', i + 1))),
  );
  return model;
}

const values = (size: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.7));

/** As Teachable Machine's: a network of pictures within a chain, and a head within another. */
function teachable(): tf.LayersModel {
  const input = tf.input({ shape: [9, 9, 3] });
  const padded = tf.layers
    .zeroPadding2d({
      padding: [
        [0, 1],
        [0, 1],
      ],
    })
    .apply(input);
  const first = tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, useBias: false }).apply(padded);
  const scaled = tf.layers.batchNormalization({ epsilon: 1e-5 }).apply(first);
  const active = tf.layers.reLU({ maxValue: 6 }).apply(scaled) as tf.SymbolicTensor;
  const deep = tf.layers
    .depthwiseConv2d({ kernelSize: 3, padding: 'same' })
    .apply(active) as tf.SymbolicTensor;
  const sum = tf.layers.add().apply([active, deep]);
  const body = tf.model({
    inputs: input,
    outputs: tf.layers.globalAveragePooling2d({}).apply(sum) as tf.SymbolicTensor,
  });
  const head = tf.sequential({
    layers: [
      tf.layers.dense({ units: 5, activation: 'relu', inputShape: [4] }),
      tf.layers.dense({ units: 3, activation: 'softmax', useBias: false }),
    ],
  });
  return tf.sequential({ layers: [body, head] });
}

describe('a model of TensorFlow.js', () => {
  it('answers as it did, head and all, where models are nested', async () => {
    const model = stir(teachable());
    const imported = importModel(readSource(await filesOf(model)));
    expect(imported.model.map(({ type }) => type)).toEqual([
      'zero-padding2d',
      'conv2d',
      'batch-norm',
      'activation',
      'depthwise-conv2d',
      'add',
      'global-average-pooling',
      'dense',
    ]);
    expect([imported.inputShape, imported.outputs]).toEqual([[9, 9, 3], 3]);
    const x = values(2 * 243);
    const graph = traceModel(imported.model, {
      inputShape: [9, 9, 3],
      outputs: 3,
      batch: 2,
      training: false,
    });
    const program = await createPlainExecutor().compile(graph, imported.weights);
    const { y } = await program.run({ x: { shape: [2, 9, 9, 3], data: x } });
    const ours = tf.softmax(tf.tensor(y!.data, [2, 3])).dataSync();
    const theirs = (model.predict(tf.tensor(x, [2, 9, 9, 3])) as tf.Tensor).dataSync();
    for (const [i, value] of ours.entries()) expect(value).toBeCloseTo(theirs[i]!, 5);
  });

  it('may come as the zip that Teachable Machine gives, with other files in it', async () => {
    const files = await filesOf(stir(teachable()));
    const inside = Object.fromEntries(files.map(({ name, bytes }) => [`export/${name}`, bytes]));
    const zip = zipSync({
      ...inside,
      'export/metadata.json': new TextEncoder().encode('{"labels":["a","b","c"]}'),
    });
    const packed = importModel(readSource([{ name: 'export.zip', bytes: zip }]));
    expect(packed).toEqual(importModel(readSource(files)));
  });

  it('is taken up to a layer, without a head', async () => {
    const model = stir(
      tf.sequential({
        layers: [
          tf.layers.embedding({ inputDim: 9, outputDim: 4, inputLength: 6, name: 'words' }),
          tf.layers.lstm({ units: 5, recurrentActivation: 'sigmoid', name: 'reader' }),
          tf.layers.dense({ units: 1, activation: 'sigmoid' }),
        ],
      }),
    );
    const source = readSource(await filesOf(model));
    const until = importModel(source, 'reader');
    expect([until.outputs, until.model.map(({ id }) => id)]).toEqual([null, ['words', 'reader']]);
    const tokens = Float32Array.of(1, 8, 3, 0, 2, 5);
    const program = await createPlainExecutor().compile(
      traceBody(until.model, { inputShape: [6], batch: 1 }),
      until.weights,
    );
    const { y } = await program.run({ x: { shape: [1, 6], data: tokens } });
    const inner = tf.model({
      inputs: model.inputs,
      outputs: model.getLayer('reader').output as tf.SymbolicTensor,
    });
    const theirs = (inner.predict(tf.tensor(tokens, [1, 6])) as tf.Tensor).dataSync();
    for (const [i, value] of y!.data.entries()) expect(value).toBeCloseTo(theirs[i]!, 5);

    // one sigmoid is two classes: the share of the second is its value
    const whole = importModel(source);
    expect(whole.outputs).toBe(2);
    const both = traceModel(whole.model, { inputShape: [6], outputs: 2, batch: 1, training: false });
    const logits = (
      await (
        await createPlainExecutor().compile(both, whole.weights)
      ).run({ x: { shape: [1, 6], data: tokens } })
    ).y!;
    const share = (model.predict(tf.tensor(tokens, [1, 6])) as tf.Tensor).dataSync()[0]!;
    expect(1 / (1 + Math.exp(logits.data[0]! - logits.data[1]!))).toBeCloseTo(share, 5);
  });

  it('may hold its weights in 16 bits', async () => {
    const model = tf.sequential({
      layers: [tf.layers.flatten({ inputShape: [3, 1] }), tf.layers.dense({ units: 2 })],
    });
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x3800, 0x0001, 0x7bff, 0x0000, 0x3555, 0xbc00);
    const files = await filesOf(model, (json) => {
      for (const { weights } of json.weightsManifest as { weights: Record<string, unknown>[] }[]) {
        for (const weight of weights) weight.quantization = { dtype: 'float16' };
      }
    });
    const { weights } = importModel(
      readSource([files[0]!, { name: 'weights.bin', bytes: new Uint8Array(halves.buffer) }]),
    );
    expect([...weights.get('output/kernel')!.data]).toEqual([1, -2, 0.5, 2 ** -24, 65504, 0]);
    expect(weights.get('output/bias')!.data[1]).toBe(-1);
  });
});

describe('what cannot be imported', () => {
  const refusal = async (model: tf.LayersModel, change?: (json: Record<string, unknown>) => void) =>
    filesOf(model, change).then((files) => {
      try {
        importModel(readSource(files));
        return 'nothing';
      } catch (error) {
        return (error as Error).message;
      }
    });
  const dense = (given = {}) => tf.layers.dense({ units: 2, ...given });
  const first = { inputShape: [3] };

  it('is told by its layer, and by what would do', async () => {
    const conv3d = tf.sequential({
      layers: [
        tf.layers.conv3d({ filters: 1, kernelSize: 1, inputShape: [2, 2, 2, 1], name: 'solid' }),
        tf.layers.flatten(),
      ],
    });
    expect(await refusal(conv3d)).toMatch(
      /^the layer "solid" \(Conv3D\): there is no block for it; there are blocks for .*Conv2D/,
    );
    const elu = tf.sequential({
      layers: [tf.layers.dense({ units: 2, inputShape: [3], activation: 'elu', name: 'bent' }), dense()],
    });
    expect(await refusal(elu)).toMatch(/^the layer "bent" \(Dense\): its activation is "elu"; linear, relu/);
    const dilated = tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 1, kernelSize: 3, dilationRate: 2, inputShape: [9, 9, 1], name: 'wide' }),
        tf.layers.flatten(),
        dense(),
      ],
    });
    expect(await refusal(dilated)).toMatch(
      /^the layer "wide" \(Conv2D\): its dilation_rate is \[2,2\]; only \[1,1\]/,
    );
  });

  it('is told where it is no model, has two ends, or lacks its weights', async () => {
    const files = await filesOf(tf.sequential({ layers: [dense(first), dense()] }));
    expect(() => readSource(files.slice(1))).toThrow(
      /there is no model among these files; expected a TensorFlow.js model.json/,
    );
    expect(() => readSource(files.slice(0, 1))).toThrow(
      'the file of weights "weights.bin" is missing; it belongs beside model.json',
    );
    const short = [files[0]!, { name: 'weights.bin', bytes: files[1]!.bytes.subarray(0, 20) }];
    expect(() => readSource(short)).toThrow(
      /the files of weights end within "dense.*kernel": they have 20 bytes, and it needs 24/,
    );
    const graph = new TextEncoder().encode(
      JSON.stringify({ modelTopology: { node: [] }, weightsManifest: [] }),
    );
    expect(() => readSource([{ name: 'model.json', bytes: graph }])).toThrow(
      /graph models cannot be imported/,
    );
    const input = tf.input({ shape: [3] });
    const ends = [dense().apply(input), dense().apply(input)] as tf.SymbolicTensor[];
    expect(await refusal(tf.model({ inputs: input, outputs: ends }))).toBe(
      'it has 2 outputs; models with one can be imported',
    );
    const shared = dense();
    const twice = tf.layers
      .add()
      .apply([shared.apply(input), shared.apply(input)] as tf.SymbolicTensor[]) as tf.SymbolicTensor;
    expect(await refusal(tf.model({ inputs: input, outputs: twice }))).toMatch(
      /is used several times; that cannot be imported$/,
    );
  });
});

/** One spec for each block that Keras has a layer for, with nothing as it is by default. */
const EXAMPLES: unknown[] = [
  { type: 'dense', units: 3, activation: 'silu', bias: false },
  { type: 'activation', activation: 'relu6' },
  { type: 'dropout', rate: 0.3 },
  { type: 'gaussian-noise', stddev: 0.2 },
  { type: 'flatten' },
  { type: 'reshape', shape: [2, 3] },
  { type: 'batch-norm', momentum: 0.9, epsilon: 1e-5 },
  { type: 'layer-norm', epsilon: 1e-6 },
  { type: 'unit-norm' },
  { type: 'rescaling', scale: 2, offset: -1 },
  { type: 'conv2d', filters: 2, kernelSize: 3, stride: 2, padding: 'valid', activation: 'tanh', bias: false },
  { type: 'depthwise-conv2d', kernelSize: 2, stride: 1, multiplier: 2, padding: 'same', activation: 'gelu' },
  {
    type: 'separable-conv2d',
    filters: 2,
    kernelSize: 2,
    stride: 2,
    multiplier: 2,
    padding: 'valid',
    activation: 'linear',
  },
  { type: 'conv2d-transpose', filters: 2, kernelSize: 3, stride: 2, padding: 'same', activation: 'relu' },
  { type: 'max-pooling2d', size: 3, stride: 2, padding: 'same' },
  { type: 'average-pooling2d', size: 2 },
  { type: 'upsampling2d', size: 3, method: 'bilinear' },
  { type: 'zero-padding2d', top: 1, bottom: 2, left: 3, right: 4 },
  { type: 'conv1d', filters: 2, kernelSize: 3, stride: 1, dilation: 2, padding: 'same', activation: 'relu' },
  { type: 'max-pooling1d', size: 3, stride: 1 },
  { type: 'average-pooling1d', size: 2 },
  { type: 'global-average-pooling' },
  { type: 'global-max-pooling' },
  { type: 'embedding', count: 9, size: 4 },
  { type: 'lstm', units: 3, sequence: true },
  { type: 'gru', units: 3, sequence: false },
  { type: 'add' },
  { type: 'multiply' },
  { type: 'concatenate' },
];

describe('every block that Keras has a layer for', () => {
  it.each(EXAMPLES.map((example) => [(example as { type: string }).type, example] as const))(
    '%s: its layer is read back',
    (type, example) => {
      const block = blocks.find((one) => one.type === type) as unknown as Block;
      const params = block.params.parse(example);
      const { className, config } = block.layer(params, [[4, 4, 2]])!;
      expect(block.params.parse({ type, ...block.fromKeras![className]!(config) })).toEqual(params);
    },
  );

  it('is among these', () => {
    const readable = (blocks as readonly unknown[] as readonly Block[]).filter(({ fromKeras }) => fromKeras);
    expect(EXAMPLES.map((example) => (example as { type: string }).type).sort()).toEqual(
      readable.map(({ type }) => type).sort(),
    );
  });
});

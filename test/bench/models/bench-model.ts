/**
 * The models of the engine's benchmarks, each a list of layers. From it come our graph (trace.ts), the LayersModel that
 * TensorFlow.js gets (layers-model.ts) and the ONNX file (write_onnx.py), so that all contestants run the same model.
 */

export type Layer =
  | { type: 'dense'; units: number; activation?: 'relu' }
  | { type: 'conv2d'; filters: number; size: number; padding: 'same' | 'valid'; activation?: 'relu' }
  /** Convolution without bias, batch norm, and ReLU6 unless `linear`. */
  | { type: 'convNorm'; filters: number; size: number; stride: number; linear?: true }
  /** The same, each channel by itself. */
  | { type: 'depthwiseNorm'; size: number; stride: number }
  | { type: 'maxPool'; size: number }
  | { type: 'flatten' }
  | { type: 'embedding'; vocabulary: number; width: number }
  | { type: 'conv1d'; filters: number; size: number; activation: 'relu' }
  | { type: 'gru'; units: number }
  /** Adds a learnt vector for each place. */
  | { type: 'positions' }
  /** x + attention(norm(x)), then x + dense(gelu(dense(norm(x)))). */
  | { type: 'transformer'; heads: number; hidden: number }
  /** Over all axes between the first and the last. */
  | { type: 'globalMax' }
  | { type: 'globalAverage' }
  /** x + layers(x). */
  | { type: 'residual'; layers: readonly Layer[] };

export interface BenchModel {
  /** Of one row. */
  inputShape: readonly number[];
  /** Rows hold words, numbered below this; absent: numbers. */
  vocabulary?: number;
  classes: number;
  layers: readonly Layer[];
}

/** `dense_3/kernel`: part of the layer at place 3; inside a residual at place 4, `residual_4/convNorm_0/kernel`. */
export const partName = (path: string, layer: Layer, place: number): string =>
  `${path}${layer.type}_${place}`;

const dense = (units: number): Layer => ({ type: 'dense', units, activation: 'relu' });
const conv = (filters: number): Layer => ({
  type: 'conv2d',
  filters,
  size: 3,
  padding: 'valid',
  activation: 'relu',
});

/** 30-64-32-classes. */
export const mlpTabular = (classes: number): BenchModel => ({
  inputShape: [30],
  classes,
  layers: [dense(64), dense(32), { type: 'dense', units: classes }],
});

export const mlp: BenchModel = {
  inputShape: [784],
  classes: 10,
  layers: [dense(128), dense(64), { type: 'dense', units: 10 }],
};

export const cnn: BenchModel = {
  inputShape: [28, 28, 1],
  classes: 10,
  layers: [
    conv(32),
    { type: 'maxPool', size: 2 },
    conv(64),
    { type: 'maxPool', size: 2 },
    { type: 'flatten' },
    dense(64),
    { type: 'dense', units: 10 },
  ],
};

const VOCABULARY = 2000;
const text = (words: number, layers: readonly Layer[], width = 32): BenchModel => ({
  inputShape: [words],
  vocabulary: VOCABULARY,
  classes: 2,
  layers: [{ type: 'embedding', vocabulary: VOCABULARY, width }, ...layers, { type: 'dense', units: 2 }],
});

export const gruText = (words: number): BenchModel => text(words, [{ type: 'gru', units: 32 }]);

export const conv1dText: BenchModel = text(64, [
  { type: 'conv1d', filters: 64, size: 5, activation: 'relu' },
  { type: 'globalMax' },
  dense(32),
]);

export const transformer: BenchModel = text(
  32,
  [{ type: 'positions' }, { type: 'transformer', heads: 4, hidden: 128 }, { type: 'globalAverage' }],
  64,
);

/** MobileNetV2 (Sandler et al. 2018) of width 0.35, at 96×96. */
export const mobilenet = (classes: number): BenchModel => ({
  inputShape: [96, 96, 3],
  classes,
  layers: [
    { type: 'convNorm', filters: wide(32), size: 3, stride: 2 },
    ...bottlenecks(),
    { type: 'convNorm', filters: 1280, size: 1, stride: 1 },
    { type: 'globalAverage' },
    { type: 'dense', units: classes },
  ],
});

export const mobilenet96 = mobilenet(1000);

/** Their table 2: expansion, channels, repeats, stride of the first. */
function bottlenecks(): Layer[] {
  const table = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ] as const;
  const layers: Layer[] = [];
  let inputs = wide(32);
  for (const [expansion, channels, repeats, firstStride] of table) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const stride = repeat === 0 ? firstStride : 1;
      const filters = wide(channels);
      const inner: Layer[] = [
        { type: 'depthwiseNorm', size: 3, stride },
        { type: 'convNorm', filters, size: 1, stride: 1, linear: true },
      ];
      if (expansion > 1) inner.unshift({ type: 'convNorm', filters: expansion * inputs, size: 1, stride: 1 });
      if (stride === 1 && inputs === filters) layers.push({ type: 'residual', layers: inner });
      else layers.push(...inner);
      inputs = filters;
    }
  }
  return layers;
}

/** Channels at width 0.35, to a multiple of 8 that is not below nine tenths. */
function wide(channels: number): number {
  const exact = 0.35 * channels;
  const rounded = Math.max(8, Math.floor((exact + 4) / 8) * 8);
  return rounded < 0.9 * exact ? rounded + 8 : rounded;
}

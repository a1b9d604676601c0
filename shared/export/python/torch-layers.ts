/**
 * How each layer is written in PyTorch. Values have their channels last, as in Keras, until a layer wants them second; they stay so until
 * one wants them last again.
 */
import type { NamedLayer } from '../../artifact/layers-model.ts';
import type { TensorValue } from '../../graph/graph.ts';
import { permuted, reshaped } from '../tensors.ts';
import { attentionWeights, encoderWeights, gruWeights, lstmWeights, pairedWeights } from './torch-weights.ts';

/** A weight of the layer, by the name it has in the graph. */
export type WeightOf = (name: string) => TensorValue;

/** Where the channels are: `first`: [batch, channel, …], `last`: [batch, …, channel]. */
export type Layout = 'first' | 'last';

export interface TorchLayer {
  /** Of the constructor, if it has weights or does something only while training. */
  module?: string;
  /** Layout that it takes and gives; absent: whatever its first input has. */
  layout?: Layout;
  /** An expression of the inputs and, if there is one, of the module. */
  forward(inputs: readonly string[], module: string, layout: Layout): string;
  /** By the module's own names; '' is the module itself. */
  weights?: Readonly<Record<string, TensorValue>>;
}

type Config = Readonly<Record<string, unknown>>;
type Form = (config: Config, weight: WeightOf, layer: NamedLayer) => TorchLayer;

const layers: Readonly<Record<string, Form>> = {
  Dense(config, weight) {
    const [inputs, units] = weight('kernel').shape as [number, number];
    return {
      module: `nn.Linear(${inputs}, ${units}${biasOf(config)})`,
      layout: 'last',
      forward: ([x], module) => activated(`${module}(${x})`, config),
      weights: { weight: permuted(weight('kernel'), [1, 0]), ...biasWeight(config, weight) },
    };
  },
  Conv2D(config, weight) {
    const [size, , channels, filters] = weight('kernel').shape as number[];
    return convolution(`nn.Conv2d(${channels}, ${filters}`, size!, config, {
      weight: permuted(weight('kernel'), [3, 2, 0, 1]),
      ...biasWeight(config, weight),
    });
  },
  DepthwiseConv2D(config, weight) {
    const { shape } = weight('depthwise_kernel');
    const [size, , channels, multiplier] = shape as [number, number, number, number];
    return convolution(
      `nn.Conv2d(${channels}, ${channels * multiplier}`,
      size,
      { ...config, groups: channels },
      { weight: depthwise(weight('depthwise_kernel')), ...biasWeight(config, weight) },
    );
  },
  SeparableConv2D(config, weight) {
    const [size, , channels, multiplier] = weight('depthwise_kernel').shape as number[];
    const step = first(config.strides);
    const middle = channels! * multiplier!;
    const groups = channels === 1 ? '' : `, groups=${channels}`;
    const window = `${size}${windowOf(config)}${groups}, bias=False`;
    return {
      module: `nn.Sequential(
            nn.Conv2d(${channels}, ${middle}, ${window}),
            nn.Conv2d(${middle}, ${config.filters}, 1${biasOf(config)}),
        )`,
      layout: 'first',
      forward: ([x], module) => activated(`${module}(${padded(x!, size!, step, config)})`, config, 'first'),
      weights: {
        '0.weight': depthwise(weight('depthwise_kernel')),
        '1.weight': permuted(weight('pointwise_kernel'), [3, 2, 0, 1]),
        ...(config.use_bias === true && { '1.bias': weight('bias') }),
      },
    };
  },
  Conv2DTranspose(config, weight) {
    const [size, , filters, channels] = weight('kernel').shape as [number, number, number, number];
    const step = first(config.strides);
    // `same` leaves out what goes beyond step · size, the odd one at the end
    const beyond = config.padding === 'same' ? Math.max(size - step, 0) : 0;
    const options = [
      ...(step > 1 ? [`stride=${step}`] : []),
      ...(beyond > 1 ? [`padding=${beyond >> 1}`] : []),
      ...(step > size ? [`output_padding=${step - size}`] : []),
    ].map((option) => `, ${option}`);
    const cut = beyond % 2 === 1 ? '[:, :, :-1, :-1]' : '';
    return {
      module: `nn.ConvTranspose2d(${channels}, ${filters}, ${size}${options.join('')}${biasOf(config)})`,
      layout: 'first',
      forward: ([x], module) => activated(`${module}(${x})${cut}`, config, 'first'),
      weights: { weight: permuted(weight('kernel'), [3, 2, 0, 1]), ...biasWeight(config, weight) },
    };
  },
  Conv1D(config, weight) {
    const [size, channels, filters] = weight('kernel').shape as [number, number, number];
    return convolution(`nn.Conv1d(${channels}, ${filters}`, size, config, {
      weight: permuted(weight('kernel'), [2, 1, 0]),
      ...biasWeight(config, weight),
    });
  },
  Embedding(_, weight) {
    const [count, size] = weight('embeddings').shape as [number, number];
    return {
      module: `nn.Embedding(${count}, ${size})`,
      layout: 'last',
      forward: ([x], module) => `${module}(${x}.long())`,
      weights: { weight: weight('embeddings') },
    };
  },
  LSTM({ return_sequences }, weight) {
    const [inputs, gates] = weight('kernel').shape as [number, number];
    return {
      module: `nn.LSTM(${inputs}, ${gates / 4}, batch_first=True)`,
      layout: 'last',
      forward: ([x], module) => `${module}(${x})[0]${return_sequences ? '' : '[:, -1]'}`,
      weights: lstmWeights('', weight('kernel'), weight('recurrent_kernel'), weight('bias')),
    };
  },
  GRU({ return_sequences }, weight) {
    const [inputs, gates] = weight('kernel').shape as [number, number];
    return {
      module: `nn.GRU(${inputs}, ${gates / 3}, batch_first=True)`,
      layout: 'last',
      forward: ([x], module) => `${module}(${x})[0]${return_sequences ? '' : '[:, -1]'}`,
      weights: gruWeights('', weight('kernel'), weight('recurrent_kernel'), weight('bias')),
    };
  },
  Bidirectional({ cell, units, return_sequences }, weight) {
    const [inputs] = weight('forward/kernel').shape;
    const isLstm = cell === 'lstm';
    const states = isLstm ? '[1][0]' : '[1]';
    return {
      module: `nn.${isLstm ? 'LSTM' : 'GRU'}(${inputs}, ${units}, batch_first=True, bidirectional=True)`,
      layout: 'last',
      forward: ([x], module) =>
        return_sequences ? `${module}(${x})[0]` : `last_states(${module}(${x})${states})`,
      weights: pairedWeights(isLstm ? lstmWeights : gruWeights, weight),
    };
  },
  MultiHeadAttention({ num_heads }, weight, { shape }) {
    return {
      module: `nn.MultiheadAttention(${shape.at(-1)}, ${num_heads}, batch_first=True)`,
      layout: 'last',
      forward([x, tokens], module) {
        const mask = tokens ? `key_padding_mask=padding(${tokens}), ` : '';
        return `${module}(${x}, ${x}, ${x}, ${mask}need_weights=False)[0]`;
      },
      weights: attentionWeights(weight),
    };
  },
  TransformerEncoder({ width, heads, hidden, dropout }, weight) {
    return {
      module: `nn.TransformerEncoderLayer(
            ${width}, ${heads}, ${hidden}, dropout=${dropout}, activation="gelu", batch_first=True, norm_first=True
        )`,
      layout: 'last',
      forward: ([x, tokens], module) =>
        `${module}(${x}${tokens ? `, src_key_padding_mask=padding(${tokens})` : ''})`,
      weights: encoderWeights(weight),
    };
  },
  LearnedPositions: (_, weight, { shape }) => ({
    module: `nn.Parameter(torch.zeros(${shape.join(', ')}))`,
    layout: 'last',
    forward: ([x], positions) => `${x} + ${positions}`,
    weights: { '': weight('positions') },
  }),
  SinusoidalPositions: (_, __, { shape }) => ({
    layout: 'last',
    forward: ([x]) => `${x} + sinusoids(${shape.join(', ')})`,
  }),
  BatchNormalization: ({ epsilon }, weight, { shape }) => ({
    module: `nn.BatchNorm${shape.length > 2 ? 2 : 1}d(${shape.at(-1)}, eps=${epsilon})`,
    layout: 'first',
    forward: ([x], module) => `${module}(${x})`,
    weights: {
      weight: weight('gamma'),
      bias: weight('beta'),
      running_mean: weight('moving_mean'),
      running_var: weight('moving_variance'),
    },
  }),
  LayerNormalization: ({ epsilon }, weight, { shape }) => ({
    module: `nn.LayerNorm(${shape.at(-1)}, eps=${epsilon})`,
    layout: 'last',
    forward: ([x], module) => `${module}(${x})`,
    weights: { weight: weight('gamma'), bias: weight('beta') },
  }),
  MaxPooling2D: (config) => largest('F.max_pool2d', config),
  MaxPooling1D: (config) => largest('F.max_pool1d', config),
  AveragePooling2D: (config) => meanOf('F.avg_pool2d', config),
  AveragePooling1D: (config) => meanOf('F.avg_pool1d', config),
  UpSampling2D: ({ size, interpolation }) => ({
    layout: 'first',
    forward: ([x]) => `F.interpolate(${x}, scale_factor=${first(size)}, mode="${interpolation}")`,
  }),
  ZeroPadding2D({ padding }) {
    const [[top, bottom], [left, right]] = padding as [[number, number], [number, number]];
    return {
      layout: 'first',
      forward: ([x]) => `F.pad(${x}, (${left}, ${right}, ${top}, ${bottom}))`,
    };
  },
  Slice: ({ begin, size }, _, { shape }) => ({
    layout: 'last',
    forward([x]) {
      const part = `${x}[:, ${begin}:${(begin as number) + (size as number)}]`;
      return shape.length > 1 ? `${part}.reshape(-1, ${shape.join(', ')})` : part;
    },
  }),
  Rescaling: ({ scale, offset }) => ({ forward: ([x]) => `${x} * ${scale} + ${offset}` }),
  GlobalAveragePooling1D: () => overPlaces('mean', ['1', '2']),
  GlobalAveragePooling2D: () => overPlaces('mean', ['(1, 2)', '(2, 3)']),
  GlobalMaxPooling1D: () => overPlaces('amax', ['1', '2']),
  GlobalMaxPooling2D: () => overPlaces('amax', ['(1, 2)', '(2, 3)']),
  MaskedAveragePooling1D: () => ({
    layout: 'last',
    forward: ([x, tokens]) => `masked_mean(${x}, ${tokens})`,
  }),
  MaskedMaxPooling1D: () => ({ layout: 'last', forward: ([x, tokens]) => `masked_max(${x}, ${tokens})` }),
  Flatten: () => ({ layout: 'last', forward: ([x]) => `${x}.flatten(1)` }),
  Reshape: ({ target_shape }) => ({
    layout: 'last',
    forward: ([x]) => `${x}.reshape(-1, ${(target_shape as number[]).join(', ')})`,
  }),
  Add: () => ({ forward: (inputs) => inputs.join(' + ') }),
  Multiply: () => ({ forward: (inputs) => inputs.join(' * ') }),
  Concatenate: () => ({
    forward: (inputs, _, layout) => `torch.cat([${inputs.join(', ')}], dim=${layout === 'first' ? 1 : -1})`,
  }),
  Dropout: ({ rate }) => ({ module: `nn.Dropout(${rate})`, forward: ([x], module) => `${module}(${x})` }),
  Activation: (config) => ({ forward: ([x], _, layout) => activated(x!, config, layout) }),
};

/** `begin`: the constructor's call up to the size of the window. */
function convolution(
  begin: string,
  size: number,
  config: Config,
  weights: Readonly<Record<string, TensorValue>>,
): TorchLayer {
  const dilation = first(config.dilation_rate ?? 1);
  const { groups = 1 } = config;
  const dilated = dilation > 1 ? `, dilation=${dilation}` : '';
  const window = (size - 1) * dilation + 1;
  const step = first(config.strides);
  return {
    module: `${begin}, ${size}${windowOf(config)}${dilated}${groups === 1 ? '' : `, groups=${groups}`}${biasOf(config)})`,
    layout: 'first',
    forward: ([x], module) => activated(`${module}(${padded(x!, window, step, config)})`, config, 'first'),
    weights,
  };
}

/** PyTorch pads by itself where the step is 1. */
const windowOf = ({ strides, padding }: Config): string => {
  if (first(strides) > 1) return `, stride=${first(strides)}`;
  return padding === 'same' ? ', padding="same"' : '';
};
const padded = (x: string, window: number, step: number, { padding }: Config): string =>
  padding === 'same' && step > 1 ? `pad_same(${x}, ${window}, ${step})` : x;

const largest = (pool: string, { pool_size, strides, padding }: Config): TorchLayer => {
  const [window, step] = [first(pool_size), first(strides)];
  const around = (x: string) => (padding === 'same' ? `pad_same(${x}, ${window}, ${step}, -torch.inf)` : x);
  return { layout: 'first', forward: ([x]) => `${pool}(${around(x!)}, ${window}, stride=${step})` };
};
const meanOf = (pool: string, { pool_size, strides, padding }: Config): TorchLayer => {
  const [window, step] = [first(pool_size), first(strides)];
  return {
    layout: 'first',
    forward: ([x]) =>
      padding === 'same'
        ? `mean_pool_same(${pool}, ${x}, ${window}, ${step})`
        : `${pool}(${x}, ${window}, stride=${step})`,
  };
};

/** `axes`: those of the places where the channels are last, and where they are second. */
const overPlaces = (method: string, [last, second]: readonly [string, string]): TorchLayer => ({
  forward: ([x], _, layout) => `${x}.${method}(dim=${layout === 'first' ? second : last})`,
});

/** [size, size, channels, multiplier] → [channels · multiplier, 1, size, size] */
function depthwise(kernel: TensorValue): TensorValue {
  const [height, width, channels, multiplier] = kernel.shape as [number, number, number, number];
  return reshaped(permuted(kernel, [2, 3, 0, 1]), [channels * multiplier, 1, height, width]);
}

const biasOf = ({ use_bias }: Config): string => (use_bias ? '' : ', bias=False');
const biasWeight = ({ use_bias }: Config, weight: WeightOf): Record<string, TensorValue> =>
  use_bias ? { bias: weight('bias') } : {};

const first = (sizes: unknown): number => (Array.isArray(sizes) ? (sizes[0] as number) : (sizes as number));

const FUNCTIONS: Readonly<Record<string, (x: string, layout: Layout) => string>> = {
  linear: (x) => x,
  relu: (x) => `F.relu(${x})`,
  relu6: (x) => `F.relu6(${x})`,
  gelu: (x) => `F.gelu(${x})`,
  swish: (x) => `F.silu(${x})`,
  sigmoid: (x) => `torch.sigmoid(${x})`,
  tanh: (x) => `torch.tanh(${x})`,
  softmax: (x, layout) => `torch.softmax(${x}, dim=${layout === 'first' ? 1 : -1})`,
};

const activated = (x: string, { activation = 'linear' }: Config, layout: Layout = 'last'): string =>
  FUNCTIONS[activation as string]!(x, layout);

/** Undefined where there is no PyTorch form. */
export const torchLayerOf = (layer: NamedLayer, weight: WeightOf): TorchLayer | undefined =>
  layers[layer.className]?.(layer.config, weight, layer);

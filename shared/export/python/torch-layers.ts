/**
 * How each Keras layer is written in PyTorch. Values keep Keras's axes, [batch, …, channel]; what wants the channel second is turned
 * there and back.
 */
import type { NamedLayer } from '../../artifact/layers-model.ts';

/** Shape of a layer's weight, as Keras has it. */
export type WeightShape = (weight: string) => readonly number[];

export interface TorchLayer {
  /** Of the constructor, if it has weights or does something only while training. */
  module?: string;
  /** An expression of the inputs and, if there is one, of the module. */
  forward(inputs: readonly string[], module: string): string;
  /** Weight in PyTorch → Keras's, and the order of that one's axes. */
  weights?: Readonly<Record<string, readonly [keras: string, axes: readonly number[]]>>;
}

type Config = Readonly<Record<string, unknown>>;

const layers: Readonly<Record<string, (config: Config, shape: WeightShape) => TorchLayer>> = {
  Dense(config, shape) {
    const [inputs, units] = shape('kernel') as [number, number];
    return {
      module: `nn.Linear(${inputs}, ${units}${biasOf(config)})`,
      forward: ([x], module) => activated(`${module}(${x})`, config),
      weights: { weight: ['kernel', [1, 0]], ...biasWeight(config) },
    };
  },
  Conv2D(config, shape) {
    const [height, width, channels, filters] = shape('kernel') as [number, number, number, number];
    const step = first(config.strides);
    const same = config.padding === 'same';
    return {
      module: `nn.Conv2d(${channels}, ${filters}, (${height}, ${width}), stride=${step}${biasOf(config)})`,
      forward: ([x], module) =>
        activated(
          last(`${module}(${same ? `pad_same(${second(x!)}, ${height}, ${width}, ${step})` : second(x!)})`),
          config,
        ),
      weights: { weight: ['kernel', [3, 2, 0, 1]], ...biasWeight(config) },
    };
  },
  DepthwiseConv2D(config, shape) {
    const [height, width, channels, multiplier] = shape('depthwise_kernel') as [
      number,
      number,
      number,
      number,
    ];
    if (multiplier > 1) return unknown; // its weights lie in another order
    const step = first(config.strides);
    const x = (given: string) =>
      config.padding === 'same' ? `pad_same(${second(given)}, ${height}, ${width}, ${step})` : second(given);
    return {
      module: `nn.Conv2d(${channels}, ${channels}, (${height}, ${width}), stride=${step}, groups=${channels}${biasOf(config)})`,
      forward: ([given], module) => activated(last(`${module}(${x(given!)})`), config),
      weights: { weight: ['depthwise_kernel', [2, 3, 0, 1]], ...biasWeight(config) },
    };
  },
  Conv1D(config, shape) {
    const [size, channels, filters] = shape('kernel') as [number, number, number];
    const [step, dilation] = [first(config.strides), first(config.dilation_rate)];
    const window = (size - 1) * dilation + 1;
    const x = (given: string) =>
      config.padding === 'same' ? `pad_sequence(${turned(given)}, ${window}, ${step})` : turned(given);
    return {
      module: `nn.Conv1d(${channels}, ${filters}, ${size}, stride=${step}, dilation=${dilation}${biasOf(config)})`,
      forward: ([given], module) => activated(turned(`${module}(${x(given!)})`), config),
      weights: { weight: ['kernel', [2, 1, 0]], ...biasWeight(config) },
    };
  },
  Embedding(_, shape) {
    const [count, size] = shape('embeddings') as [number, number];
    return {
      module: `nn.Embedding(${count}, ${size})`,
      forward: ([x], module) => `${module}(${x}.long())`,
      weights: { weight: ['embeddings', [0, 1]] },
    };
  },
  LSTM({ return_sequences }, shape) {
    const [inputs, gates] = shape('kernel') as [number, number];
    return {
      module: `lstm(${inputs}, ${gates / 4})`,
      forward: ([x], module) => `${module}(${x})[0]${return_sequences ? '' : '[:, -1]'}`,
      weights: {
        weight_ih_l0: ['kernel', [1, 0]],
        weight_hh_l0: ['recurrent_kernel', [1, 0]],
        bias_ih_l0: ['bias', [0]],
      },
    };
  },
  BatchNormalization({ epsilon }, shape) {
    return {
      module: `nn.BatchNorm1d(${shape('gamma')[0]}, eps=${epsilon})`,
      forward: ([x], module) => `${module}(${x}.reshape(-1, ${x}.shape[-1])).reshape(${x}.shape)`,
      weights: {
        weight: ['gamma', [0]],
        bias: ['beta', [0]],
        running_mean: ['moving_mean', [0]],
        running_var: ['moving_variance', [0]],
      },
    };
  },
  LayerNormalization({ epsilon }, shape) {
    return {
      module: `nn.LayerNorm(${shape('gamma')[0]}, eps=${epsilon})`,
      forward: ([x], module) => `${module}(${x})`,
      weights: { weight: ['gamma', [0]], bias: ['beta', [0]] },
    };
  },
  UnitNormalization: () => ({ forward: ([x]) => `F.normalize(${x}, dim=-1)` }),
  MaxPooling2D: ({ pool_size, strides, padding }) =>
    padding === 'valid'
      ? {
          forward: ([x]) =>
            last(`F.max_pool2d(${second(x!)}, ${first(pool_size)}, stride=${first(strides)})`),
        }
      : unknown,
  AveragePooling2D: ({ pool_size, strides, padding }) =>
    padding === 'valid'
      ? {
          forward: ([x]) =>
            last(`F.avg_pool2d(${second(x!)}, ${first(pool_size)}, stride=${first(strides)})`),
        }
      : unknown,
  MaxPooling1D: ({ pool_size, strides, padding }) =>
    padding === 'valid'
      ? {
          forward: ([x]) =>
            turned(`F.max_pool1d(${turned(x!)}, ${first(pool_size)}, stride=${first(strides)})`),
        }
      : unknown,
  AveragePooling1D: ({ pool_size, strides, padding }) =>
    padding === 'valid'
      ? {
          forward: ([x]) =>
            turned(`F.avg_pool1d(${turned(x!)}, ${first(pool_size)}, stride=${first(strides)})`),
        }
      : unknown,
  UpSampling2D: ({ size, interpolation }) => ({
    forward: ([x]) =>
      last(`F.interpolate(${second(x!)}, scale_factor=${first(size)}, mode="${interpolation}")`),
  }),
  ZeroPadding2D({ padding }) {
    const [[top, bottom], [left, right]] = padding as [[number, number], [number, number]];
    return { forward: ([x]) => `F.pad(${x}, (0, 0, ${left}, ${right}, ${top}, ${bottom}))` };
  },
  Rescaling: ({ scale, offset }) => ({ forward: ([x]) => `${x} * ${scale} + ${offset}` }),
  GlobalAveragePooling1D: () => ({ forward: ([x]) => `${x}.mean(dim=1)` }),
  GlobalAveragePooling2D: () => ({ forward: ([x]) => `${x}.mean(dim=(1, 2))` }),
  GlobalMaxPooling1D: () => ({ forward: ([x]) => `${x}.amax(dim=1)` }),
  GlobalMaxPooling2D: () => ({ forward: ([x]) => `${x}.amax(dim=(1, 2))` }),
  Flatten: () => ({ forward: ([x]) => `${x}.flatten(1)` }),
  Reshape: ({ target_shape }) => ({
    forward: ([x]) => `${x}.reshape(-1, ${(target_shape as number[]).join(', ')})`,
  }),
  Add: () => ({ forward: (inputs) => inputs.join(' + ') }),
  Multiply: () => ({ forward: (inputs) => inputs.join(' * ') }),
  Concatenate: () => ({ forward: (inputs) => `torch.cat([${inputs.join(', ')}], dim=-1)` }),
  Dropout: ({ rate }) => ({ module: `nn.Dropout(${rate})`, forward: ([x], module) => `${module}(${x})` }),
  Activation: (config) => ({ forward: ([x]) => activated(x!, config) }),
};

const biasOf = ({ use_bias }: Config): string => (use_bias ? '' : ', bias=False');
const biasWeight = ({ use_bias }: Config): TorchLayer['weights'] => (use_bias ? { bias: ['bias', [0]] } : {});

const unknown: TorchLayer = { forward: () => '' };

const first = (sizes: unknown): number => (Array.isArray(sizes) ? (sizes[0] as number) : (sizes as number));
const second = (x: string): string => `${x}.permute(0, 3, 1, 2)`;
const last = (x: string): string => `${x}.permute(0, 2, 3, 1)`;

/** A sequence's channels before its steps, and back. */
const turned = (x: string): string => `${x}.permute(0, 2, 1)`;

const FUNCTIONS: Readonly<Record<string, (x: string) => string>> = {
  linear: (x) => x,
  relu: (x) => `F.relu(${x})`,
  relu6: (x) => `F.relu6(${x})`,
  gelu: (x) => `F.gelu(${x})`,
  swish: (x) => `F.silu(${x})`,
  sigmoid: (x) => `torch.sigmoid(${x})`,
  tanh: (x) => `torch.tanh(${x})`,
  softmax: (x) => `torch.softmax(${x}, dim=-1)`,
};

const activated = (x: string, { activation = 'linear' }: Config): string =>
  FUNCTIONS[activation as string]!(x);

/** Undefined where there is no PyTorch form yet. */
export function torchLayerOf({ className, config }: NamedLayer, shape: WeightShape): TorchLayer | undefined {
  if (!(((config.activation as string | undefined) ?? 'linear') in FUNCTIONS)) return undefined;
  const layer = layers[className]?.(config, shape);
  return layer === unknown ? undefined : layer;
}

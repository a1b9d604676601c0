/** How each layer is written in PyTorch. Pictures go through it as [batch, channel, height, width]. */
import type { Layer } from '../layers.ts';

/** Shape of a layer's weight in our file, [in, out] or [height, width, in, out]. */
export type WeightShape = (weight: string) => readonly number[];

export interface TorchLayer {
  /** Of the constructor, if it has weights or does something only while training. */
  module?: string;
  /** An expression of `x` and, if there is one, of the module. */
  forward(module: string): string;
  /** Weight in PyTorch → the one in our file, and how its axes are turned. */
  weights?: Readonly<Record<string, readonly [ours: string, axes: readonly number[]]>>;
}

type Config = Readonly<Record<string, unknown>>;

export const TORCH_LAYERS: Readonly<Record<string, (config: Config, shape: WeightShape) => TorchLayer>> = {
  Dense(config, shape) {
    const [inputs, units] = shape('kernel') as [number, number];
    return {
      module: `nn.Linear(${inputs}, ${units})`,
      forward: (module) => activated(`${module}(x)`, config),
      weights: { weight: ['kernel', [1, 0]], bias: ['bias', [0]] },
    };
  },
  Conv2D(config, shape) {
    const [height, width, channels, filters] = shape('kernel') as [number, number, number, number];
    const [step] = config.strides as [number, number];
    const same = config.padding === 'same';
    const x = same ? `pad_same(x, ${height}, ${width}, ${step})` : 'x';
    return {
      module: `nn.Conv2d(${channels}, ${filters}, (${height}, ${width}), stride=${step})`,
      forward: (module) => activated(`${module}(${x})`, config),
      weights: { weight: ['kernel', [3, 2, 0, 1]], bias: ['bias', [0]] },
    };
  },
  MaxPooling2D: ({ pool_size, strides }) => ({
    forward: () => `F.max_pool2d(x, ${(pool_size as number[])[0]}, stride=${(strides as number[])[0]})`,
  }),
  // Our weights expect a picture's channels last.
  Flatten: () => ({ forward: () => '(x.permute(0, 2, 3, 1) if x.ndim == 4 else x).flatten(1)' }),
  Dropout: ({ rate }) => ({ module: `nn.Dropout(${rate})`, forward: (module) => `${module}(x)` }),
  Activation: (config) => ({ forward: () => activated('x', config) }),
};

const FUNCTIONS: Readonly<Record<string, string>> = {
  relu: 'F.relu',
  sigmoid: 'torch.sigmoid',
  tanh: 'torch.tanh',
};

function activated(x: string, { activation = 'linear' }: Config): string {
  const name = FUNCTIONS[activation as string];
  return name ? `${name}(${x})` : x;
}

export const torchLayerOf = ({ className, config }: Layer, shape: WeightShape): TorchLayer | undefined =>
  TORCH_LAYERS[className]?.(config, shape);

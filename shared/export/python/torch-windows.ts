/** Layers whose windows slide over pictures and sequences, in PyTorch: channels are second. */
import type { TensorValue } from '../../graph/graph.ts';
import { permuted, reshaped } from '../tensors.ts';
import {
  activated,
  biasOf,
  biasWeight,
  type Config,
  type Form,
  first,
  type TorchLayer,
} from './torch-layer.ts';

export const windowLayers: Readonly<Record<string, Form>> = {
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

/** [size, size, channels, multiplier] → [channels · multiplier, 1, size, size] */
function depthwise(kernel: TensorValue): TensorValue {
  const [height, width, channels, multiplier] = kernel.shape as [number, number, number, number];
  return reshaped(permuted(kernel, [2, 3, 0, 1]), [channels * multiplier, 1, height, width]);
}

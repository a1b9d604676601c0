/** What the `config` of a Keras layer says, for blocks that are made from one. */
import { AppError } from '../errors.ts';
import { activationFromKeras } from './activations.ts';

export type KerasConfig = Readonly<Record<string, unknown>>;

/** Throws AppError `unsupported` unless each setting is absent, null or as wanted. */
export function requireConfig(config: KerasConfig, wanted: KerasConfig): void {
  for (const [name, value] of Object.entries(wanted)) {
    const given = config[name];
    if (given === undefined || given === null || JSON.stringify(given) === JSON.stringify(value)) continue;
    throw new AppError(
      'unsupported',
      `its ${name} is ${JSON.stringify(given)}; only ${JSON.stringify(value)} can be imported`,
    );
  }
}

/** A number for all axes alike, as `3` or `[3, 3]`; undefined where none is given. */
export function alike(config: KerasConfig, name: string): number | undefined {
  const given = config[name] ?? undefined;
  if (!Array.isArray(given)) return given as number | undefined;
  if (given.every((one) => one === given[0])) return given[0] as number;
  throw new AppError('unsupported', `its ${name} is ${JSON.stringify(given)}; all axes must have the same`);
}

/** What convolutions and dense layers have in common. */
export const activationAndBias = ({ activation, use_bias }: KerasConfig) => ({
  activation: activationFromKeras(activation),
  ...(use_bias === false && { bias: false }),
});

/** Window, step and padding of a convolution. */
export function convolutionFrom(config: KerasConfig) {
  requireConfig(config, { data_format: 'channels_last', groups: 1 });
  return {
    kernelSize: alike(config, 'kernel_size'),
    stride: alike(config, 'strides') ?? 1,
    padding: config.padding ?? 'valid',
    ...activationAndBias(config),
  };
}

/** Window, step and padding of a pooling. */
export function poolingFrom(config: KerasConfig) {
  requireConfig(config, { data_format: 'channels_last' });
  const size = alike(config, 'pool_size') ?? 2;
  const stride = alike(config, 'strides') ?? size;
  return {
    size,
    ...(stride !== size && { stride }),
    ...(config.padding === 'same' && { padding: 'same' }),
  };
}

/** Of a pooling over all places. */
export function noKeptAxes(config: KerasConfig) {
  requireConfig(config, { data_format: 'channels_last', keepdims: false });
  return {};
}

/** Of an LSTM or a GRU, which are as cuDNN has them. */
export function recurrentFrom(config: KerasConfig) {
  requireConfig(config, {
    activation: 'tanh',
    recurrent_activation: 'sigmoid',
    use_bias: true,
    go_backwards: false,
    return_state: false,
  });
  return { units: config.units, sequence: config.return_sequences ?? false };
}

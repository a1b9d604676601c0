/** How each layer is written in Keras: what it is by default is left out. */
import type { NamedLayer } from '../../artifact/layers-model.ts';
import { pythonArguments, pythonLiteral, pythonTuple } from './literal.ts';

/** Classes and functions that a model may use; it gets those that it uses. */
export const KERAS_HELPERS: Readonly<Record<string, string>> = {
  attended: `def attended(tokens):
    """[rows, 1, places]: which places of a sequence may be looked at; the token 0 is padding."""
    return ops.expand_dims(ops.not_equal(tokens, 0), 1)`,
  TransformerEncoder: `@keras.saving.register_keras_serializable()
class TransformerEncoder(layers.Layer):
    """Attention, then two dense layers, each after a norm and added to what it took (Xiong et al. 2020)."""

    def __init__(self, width, heads, hidden, dropout=0.0, **kwargs):
        super().__init__(**kwargs)
        self.norm1 = layers.LayerNormalization(epsilon=1e-5, name="norm1")
        self.attention = layers.MultiHeadAttention(heads, width // heads, name="attention")
        self.norm2 = layers.LayerNormalization(epsilon=1e-5, name="norm2")
        self.dense1 = layers.Dense(hidden, activation="gelu", name="dense1")
        self.dense2 = layers.Dense(width, name="dense2")
        self.dropout1, self.dropout2 = layers.Dropout(dropout), layers.Dropout(dropout)

    def build(self, x_shape, tokens_shape=None):
        self.norm1.build(x_shape)
        self.attention.build(x_shape, x_shape)
        self.norm2.build(x_shape)
        self.dense1.build(x_shape)
        self.dense2.build((*x_shape[:-1], self.dense1.units))

    def call(self, x, tokens=None):
        mask = None if tokens is None else attended(tokens)
        y = self.norm1(x)
        x = x + self.dropout1(self.attention(y, y, attention_mask=mask))
        return x + self.dropout2(self.dense2(self.dense1(self.norm2(x))))

    def compute_output_shape(self, x_shape, tokens_shape=None):
        return x_shape`,
  LearnedPositions: `@keras.saving.register_keras_serializable()
class LearnedPositions(layers.Layer):
    """Adds to each place of a sequence a vector that is learnt."""

    def build(self, shape):
        self.positions = self.add_weight(shape=shape[1:], name="positions")

    def call(self, x):
        return x + self.positions`,
  SinusoidalPositions: `@keras.saving.register_keras_serializable()
class SinusoidalPositions(layers.Layer):
    """Adds sines at the even places of a row, cosines at the odd ones (Vaswani et al. 2017, section 3.5)."""

    def build(self, shape):
        times, column = np.arange(shape[1])[:, None], np.arange(shape[2])
        angle = times / 10_000 ** ((column - column % 2) / shape[2])
        self.positions = np.where(column % 2 == 0, np.sin(angle), np.cos(angle)).astype("float32")

    def call(self, x):
        return x + self.positions`,
  MaskedAveragePooling1D: `@keras.saving.register_keras_serializable()
class MaskedAveragePooling1D(layers.Layer):
    """The mean over the places of a sequence whose token is not 0."""

    def call(self, x, tokens):
        taken = ops.expand_dims(ops.cast(ops.not_equal(tokens, 0), x.dtype), -1)
        return ops.sum(x * taken, axis=1) / ops.maximum(ops.sum(taken, axis=1), 1)`,
  MaskedMaxPooling1D: `@keras.saving.register_keras_serializable()
class MaskedMaxPooling1D(layers.Layer):
    """The largest value over the places of a sequence whose token is not 0."""

    def call(self, x, tokens):
        empty = ops.expand_dims(ops.cast(ops.equal(tokens, 0), x.dtype), -1)
        return ops.max(x - 1e9 * empty, axis=1)`,
};

/** What Keras takes where nothing is said. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  activation: 'linear',
  use_bias: true,
  data_format: 'channels_last',
  padding: 'valid',
  strides: 1,
  dilation_rate: 1,
  depth_multiplier: 1,
  interpolation: 'nearest',
  axis: -1,
  momentum: 0.99,
  epsilon: 1e-3,
  center: true,
  scale: true,
  dropout: 0,
};
const OF_CELLS = {
  activation: 'tanh',
  recurrent_activation: 'sigmoid',
  unit_forget_bias: true,
  reset_after: true,
  return_sequences: false,
  implementation: 2,
};
const OWN_DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  LSTM: OF_CELLS,
  GRU: OF_CELLS,
  Rescaling: { scale: undefined, offset: 0 },
};

/** The settings that come first and need no name. */
const FIRST = [
  ...['units', 'filters', 'kernel_size', 'pool_size', 'size', 'rate', 'activation', 'target_shape'],
  ...['input_dim', 'output_dim', 'num_heads', 'key_dim'],
];
/** What those settings are first of, where others have them elsewhere. */
const ACTIVATIONS: ReadonlySet<string> = new Set(['Activation']);

/** Lists that are one number for every axis where they are alike. */
const SIDES: ReadonlySet<string> = new Set(['kernel_size', 'strides', 'pool_size', 'dilation_rate', 'size']);

/** A constructor's call. */
export function kerasLayer({ name, className, config }: NamedLayer): string {
  if (className === 'Bidirectional') {
    const { cell, ...settings } = config;
    const kind = (cell as string).toUpperCase();
    // the weights are named after the cell
    const inner = `layers.${kind}(${settingsOf(kind, settings)}, name="${cell}")`;
    return `layers.Bidirectional(${inner}, name="${name}")`;
  }
  const settings = settingsOf(className, config);
  const own = className in KERAS_HELPERS ? '' : 'layers.';
  return `${own}${className}(${settings === '' ? '' : `${settings}, `}name="${name}")`;
}

function settingsOf(className: string, config: Readonly<Record<string, unknown>>): string {
  const alone = Object.entries(config).map(
    ([key, value]) => [key, SIDES.has(key) ? side(value) : value] as const,
  );
  const known: Readonly<Record<string, unknown>> = { ...DEFAULTS, ...OWN_DEFAULTS[className] };
  const settings = alone.filter(
    ([key, value]) =>
      !(key in known && JSON.stringify(value) === JSON.stringify(known[key])) &&
      !(key === 'axis' && JSON.stringify(value) === '[-1]') &&
      !(key === 'strides' && 'pool_size' in config && String(config.strides) === String(config.pool_size)),
  );
  const isFirst = ([key]: readonly [string, unknown]) =>
    FIRST.includes(key) && (key !== 'activation' || ACTIVATIONS.has(className));
  const firsts = settings
    .filter(isFirst)
    .map(([, value]) => (Array.isArray(value) ? pythonTuple(value) : pythonLiteral(value)));
  const named = pythonArguments(Object.fromEntries(settings.filter((one) => !isFirst(one))));
  return [...firsts, ...(named === '' ? [] : [named])].join(', ');
}

const side = (value: unknown): unknown =>
  Array.isArray(value) && value.every((one) => one === value[0]) ? value[0] : value;

/** What a layer, or a slice of the features, gives for its inputs. */
export function kerasCall(layer: NamedLayer): string {
  const { className, config, inputs, shape } = layer;
  const [x, tokens] = inputs as [string, string?];
  switch (className) {
    case 'Slice': {
      const part = `${x}[:, ${config.begin}:${(config.begin as number) + (config.size as number)}]`;
      return shape.length > 1 ? `layers.Reshape(${pythonTuple(shape)})(${part})` : part;
    }
    case 'MultiHeadAttention':
      return `${kerasLayer(layer)}(${x}, ${x}${tokens ? `, attention_mask=attended(${tokens})` : ''})`;
    case 'Add':
    case 'Multiply':
    case 'Concatenate':
      return `${kerasLayer(layer)}([${inputs.join(', ')}])`;
    default:
      return `${kerasLayer(layer)}(${inputs.join(', ')})`;
  }
}

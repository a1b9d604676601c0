/**
 * How each layer is written in PyTorch. Values have their channels last, as in Keras, until a layer wants them second; they stay so until
 * one wants them last again.
 */
import type { NamedLayer } from '../../artifact/layers-model.ts';
import { permuted } from '../tensors.ts';
import { activated, biasOf, biasWeight, type Form, type TorchLayer, type WeightOf } from './torch-layer.ts';
import { attentionWeights, encoderWeights, gruWeights, lstmWeights, pairedWeights } from './torch-weights.ts';
import { windowLayers } from './torch-windows.ts';

const layers: Readonly<Record<string, Form>> = {
  ...windowLayers,
  Dense(config, weight) {
    const [inputs, units] = weight('kernel').shape as [number, number];
    return {
      module: `nn.Linear(${inputs}, ${units}${biasOf(config)})`,
      layout: 'last',
      forward: ([x], module) => activated(`${module}(${x})`, config),
      weights: { weight: permuted(weight('kernel'), [1, 0]), ...biasWeight(config, weight) },
    };
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
  UnitNormalization: () => ({ layout: 'last', forward: ([x]) => `F.normalize(${x}, dim=-1)` }),
  LayerNormalization: ({ epsilon }, weight, { shape }) => ({
    module: `nn.LayerNorm(${shape.at(-1)}, eps=${epsilon})`,
    layout: 'last',
    forward: ([x], module) => `${module}(${x})`,
    weights: { weight: weight('gamma'), bias: weight('beta') },
  }),
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

/** `axes`: those of the places where the channels are last, and where they are second. */
const overPlaces = (method: string, [last, second]: readonly [string, string]): TorchLayer => ({
  forward: ([x], _, layout) => `${x}.${method}(dim=${layout === 'first' ? second : last})`,
});

/** Undefined where there is no PyTorch form. */
export const torchLayerOf = (layer: NamedLayer, weight: WeightOf): TorchLayer | undefined =>
  layers[layer.className]?.(layer.config, weight, layer);

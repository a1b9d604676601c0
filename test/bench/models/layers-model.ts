/**
 * A benchmark's model as a TensorFlow.js LayersModel, written as a user would: layers of the library, and for the
 * transformer, which it lacks, a layer of one's own. Ends in logits.
 */
import type * as TensorFlow from '@tensorflow/tfjs';
import type { BenchModel, Layer } from './bench-model.ts';
import { partName } from './bench-model.ts';
import { createOwnLayers, type OwnLayers } from './own-layers.ts';

type Symbolic = TensorFlow.SymbolicTensor;
type Tf = typeof TensorFlow;

export const BATCH_NORM_EPSILON = 1e-3;

export function toLayersModel(tf: Tf, { inputShape, layers }: BenchModel): TensorFlow.LayersModel {
  const input = tf.input({ shape: [...inputShape] });
  const build = builder(tf, createOwnLayers(tf));
  return tf.model({ inputs: input, outputs: build(input, layers, '') });
}

function builder(tf: Tf, own: OwnLayers) {
  const { layers: l } = tf;
  const build = (x: Symbolic, layers: readonly Layer[], path: string): Symbolic =>
    layers.reduce((y, layer, place) => one(y, layer, partName(path, layer, place)), x);
  /** Batch norm's layer is named after the layer it belongs to, so that weights can be found. */
  const norm = (x: Symbolic, name: string, linear?: true): Symbolic => {
    const normed = apply(l.batchNormalization({ name: `${name}/norm`, epsilon: BATCH_NORM_EPSILON }), x);
    return linear ? normed : apply(l.reLU({ maxValue: 6 }), normed);
  };
  const one = (x: Symbolic, layer: Layer, name: string): Symbolic => {
    switch (layer.type) {
      case 'dense':
        return apply(l.dense({ name, units: layer.units, activation: layer.activation ?? 'linear' }), x);
      case 'conv2d': {
        const { filters, size, padding, activation } = layer;
        const config = { name, filters, kernelSize: size, padding };
        return apply(l.conv2d({ ...config, activation: activation ?? 'linear' }), x);
      }
      case 'convNorm': {
        const { filters, size, stride, linear } = layer;
        const config = {
          name,
          filters,
          kernelSize: size,
          strides: stride,
          padding: 'same',
          useBias: false,
        } as const;
        return norm(apply(l.conv2d(config), x), name, linear);
      }
      case 'depthwiseNorm': {
        const { size, stride } = layer;
        const config = { name, kernelSize: size, strides: stride, padding: 'same', useBias: false } as const;
        return norm(apply(l.depthwiseConv2d(config), x), name);
      }
      case 'maxPool':
        return apply(l.maxPooling2d({ poolSize: layer.size }), x);
      case 'flatten':
        return apply(l.flatten(), x);
      case 'embedding':
        return apply(l.embedding({ name, inputDim: layer.vocabulary, outputDim: layer.width }), x);
      case 'conv1d': {
        const { filters, size, activation } = layer;
        return apply(l.conv1d({ name, filters, kernelSize: size, padding: 'same', activation }), x);
      }
      case 'gru':
        return apply(l.gru({ name, units: layer.units, recurrentActivation: 'sigmoid' }), x);
      case 'positions':
        return apply(own.positions(name), x);
      case 'transformer':
        return apply(own.transformer(name, layer), x);
      case 'globalMax':
        return apply(l.globalMaxPooling1d(), x);
      case 'globalAverage':
        return apply(x.rank === 4 ? l.globalAveragePooling2d({}) : l.globalAveragePooling1d({}), x);
      case 'residual':
        return l.add().apply([x, build(x, layer.layers, `${name}/`)]) as Symbolic;
    }
  };
  return build;
}

const apply = (layer: TensorFlow.layers.Layer, x: Symbolic): Symbolic => layer.apply(x) as Symbolic;

/**
 * A benchmark's model as a TensorFlow.js LayersModel, written as a user would: layers of the library, and layers
 * of one's own where it lacks them. Ends in logits.
 */
import type * as TensorFlow from '@tensorflow/tfjs';
import type { ParameterValues } from '../../../shared/executors/executor.ts';
import type { TensorValue } from '../../../shared/graph/graph.ts';
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
        return apply(own.gru(name, layer.units), x);
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

/** Gives the model the values of our parameters, by name. */
export function setWeights(tf: Tf, model: TensorFlow.LayersModel, values: ParameterValues): void {
  for (const layer of model.layers) {
    const prefix = `${layer.name}/`;
    const own = [...values].filter(
      ([name]) => name.startsWith(prefix) && !name.slice(prefix.length).includes('/'),
    );
    if (own.length === 0) continue;
    layer.setWeights(own.map(([, value], i) => toShape(tf, value, layer.weights[i]!.shape as number[])));
  }
}

/** Gates, which are an axis of their own in ours, are side by side in theirs. */
function toShape(tf: Tf, { data, shape }: TensorValue, wanted: readonly number[]): TensorFlow.Tensor {
  const value = tf.tensor(data, [...shape]);
  if (shape[0] !== 3 || wanted.length !== shape.length - 1) return tf.reshape(value, [...wanted]);
  return tf.reshape(tf.transpose(value, [1, 0, 2]), [...wanted]);
}

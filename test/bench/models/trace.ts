/** A benchmark's model as our graph: the forward pass alone, or the loss of a batch. */
import type { Graph, Shape } from '../../../shared/graph/graph.ts';
import { type TensorRef, type Tracer, traceGraph } from '../../../shared/graph/ops.ts';
import { batchNorm } from '../../../shared/model/layers/batch-norm.ts';
import { conv1d } from '../../../shared/model/layers/conv1d.ts';
import { dense } from '../../../shared/model/layers/dense.ts';
import { embedding } from '../../../shared/model/layers/embedding.ts';
import { globalAveragePool } from '../../../shared/model/layers/global-average-pool.ts';
import { gru } from '../../../shared/model/layers/gru.ts';
import { type LayerScope, within } from '../../../shared/model/layers/scope.ts';
import { transformerBlock } from '../../../shared/model/layers/transformer-block.ts';
import { type BenchModel, type Layer, partName } from './bench-model.ts';

/** Input `x` [batch, …inputShape]; output `y` [batch, classes]: logits. */
export const traceForward = (model: BenchModel, batch: number): Graph =>
  traceGraph((tracer) => ({ y: forward(tracer, model, { batch, training: false }) }));

/** Inputs `x` and `target` [batch]; output `loss`: the mean cross-entropy. */
export const traceLoss = (model: BenchModel, batch: number): Graph =>
  traceGraph((tracer) => {
    const logits = forward(tracer, model, { batch, training: true });
    const losses = tracer.ops.softmaxCrossEntropy(logits, tracer.input('target', [batch], 'int32'));
    return { loss: tracer.ops.mean(losses, { axes: [0] }) };
  });

function forward(
  { ops, parameter, update, input }: Tracer,
  { inputShape, vocabulary, layers }: BenchModel,
  { batch, training }: { batch: number; training: boolean },
): TensorRef {
  const x = input('x', [batch, ...inputShape], vocabulary === undefined ? 'float32' : 'int32');
  const step = () => input('step', [], 'int32');
  return chain({ ops, parameter, update, training, seed: 1, step }, x, layers);
}

const chain = (scope: LayerScope, x: TensorRef, layers: readonly Layer[]): TensorRef =>
  layers.reduce((y, layer, place) => one(within(scope, partName('', layer, place)), y, layer), x);

function one(scope: LayerScope, x: TensorRef, layer: Layer): TensorRef {
  const { ops, parameter } = scope;
  const activate = (y: TensorRef) => ('activation' in layer && layer.activation ? ops.relu(y) : y);
  const channels = x.shape.at(-1)!;
  switch (layer.type) {
    case 'dense':
      return activate(dense(scope, x, { units: layer.units }));
    case 'conv2d': {
      const { filters, size, padding } = layer;
      const kernel = parameter('kernel', [size, size, channels, filters], 'glorotUniform');
      const y = ops.conv2d(x, kernel, { strides: [1, 1], padding });
      return activate(ops.add(y, parameter('bias', [filters], 'zeros')));
    }
    case 'convNorm': {
      const { filters, size, stride, linear } = layer;
      const kernel = parameter('kernel', [size, size, channels, filters], 'glorotUniform');
      const y = ops.conv2d(x, kernel, { strides: [stride, stride], padding: 'same' });
      return linear ? batchNorm(within(scope, 'norm'), y) : relu6(ops, batchNorm(within(scope, 'norm'), y));
    }
    case 'depthwiseNorm': {
      const { size, stride } = layer;
      const kernel = parameter('kernel', [size, size, channels, 1], 'glorotUniform');
      const y = ops.depthwiseConv2d(x, kernel, { strides: [stride, stride], padding: 'same' });
      return relu6(ops, batchNorm(within(scope, 'norm'), y));
    }
    case 'maxPool': {
      const { size } = layer;
      return ops.maxPool2d(x, { size: [size, size], strides: [size, size], padding: 'valid' });
    }
    case 'flatten':
      return ops.reshape(x, { shape: [x.shape[0]!, x.shape.slice(1).reduce((size, n) => size * n, 1)] });
    case 'embedding':
      return embedding(scope, x, { count: layer.vocabulary, size: layer.width });
    case 'conv1d':
      return activate(conv1d(scope, x, { filters: layer.filters, kernelSize: layer.size }));
    case 'gru':
      return gru(scope, x, { units: layer.units });
    case 'positions':
      return ops.add(x, parameter('table', x.shape.slice(1), 'glorotUniform'));
    case 'transformer':
      return transformerBlock(scope, x, layer);
    case 'globalMax':
      return ops.max(x, { axes: between(x.shape) });
    case 'globalAverage':
      return globalAveragePool(ops, x);
    case 'residual':
      return ops.add(x, chain(scope, x, layer.layers));
  }
}

const relu6 = (ops: LayerScope['ops'], x: TensorRef): TensorRef => ops.minimum(ops.relu(x), ops.constant(6));

const between = (shape: Shape): number[] => shape.slice(1, -1).map((_, i) => i + 1);

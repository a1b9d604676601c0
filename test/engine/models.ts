/** Eight small models, one for each kind that must train alike everywhere, as losses over rows of seeded data. */
import type { Shape, TensorData, TensorValue } from '../../shared/graph/graph.ts';
import { sizeOf } from '../../shared/graph/operator.ts';
import type { TensorRef } from '../../shared/graph/ops.ts';
import type { OptimizerSpec } from '../../shared/graph/optimizers/list.ts';
import { createRandom } from '../../shared/graph/random.ts';
import { batchNorm } from '../../shared/model/layers/batch-norm.ts';
import { conv1d } from '../../shared/model/layers/conv1d.ts';
import { dense } from '../../shared/model/layers/dense.ts';
import { dropout } from '../../shared/model/layers/dropout.ts';
import { embedding } from '../../shared/model/layers/embedding.ts';
import { gelu } from '../../shared/model/layers/gelu.ts';
import { globalAveragePool } from '../../shared/model/layers/global-average-pool.ts';
import { gru } from '../../shared/model/layers/gru.ts';
import { matrixFactorisation } from '../../shared/model/layers/matrix-factorisation.ts';
import { type LayerScope, within } from '../../shared/model/layers/scope.ts';
import { separableConv2d } from '../../shared/model/layers/separable-conv2d.ts';
import { transformerBlock } from '../../shared/model/layers/transformer-block.ts';
import { BATCH, ROWS, type Rows, SEED, type SmallModel, type Training, trainingOf } from './training.ts';

const adam: OptimizerSpec = { type: 'adam', learningRate: 0.003 };

// Rows: noise, whole numbers, and targets that can be learnt from them.

const uniform = (...keys: number[]) => {
  const random = createRandom(SEED, ...keys);
  return (shape: Shape) => Float32Array.from({ length: sizeOf(shape) }, () => 2 * random() - 1);
};
const floats = (row: Shape, key: number): TensorValue => {
  const shape = [ROWS, ...row];
  return { shape, data: uniform(key)(shape) };
};
const ids = (row: Shape, count: number, key: number): TensorValue<Int32Array> => {
  const shape = [ROWS, ...row];
  const random = createRandom(SEED, key);
  return { shape, data: Int32Array.from({ length: sizeOf(shape) }, () => Math.floor(random() * count)) };
};
/** One of `classes` for each row, by a seeded linear score of its elements. */
const classesOf = ({ data }: TensorValue<TensorData>, classes: number): TensorValue<Int32Array> => {
  const width = data.length / ROWS;
  const weights = uniform(99)([width, classes]);
  const label = (row: number) => {
    const scores = Array.from({ length: classes }, (_, c) =>
      Array.from({ length: width }, (_, i) => data[row * width + i]! * weights[i * classes + c]!).reduce(
        (a, b) => a + b,
        0,
      ),
    );
    return scores.indexOf(Math.max(...scores));
  };
  return { shape: [ROWS], data: Int32Array.from({ length: ROWS }, (_, row) => label(row)) };
};
const labelled = (x: TensorValue<TensorData>, classes: number): Rows => ({ x, label: classesOf(x, classes) });

const classify = (scope: LayerScope, features: TensorRef, label: TensorRef, classes: number): TensorRef =>
  scope.ops.softmaxCrossEntropy(dense(within(scope, 'head'), features, { units: classes }), label);
const squaredErrors = ({ ops }: LayerScope, y: TensorRef, target: TensorRef): TensorRef => {
  const error = ops.subtract(y, target);
  return ops.multiply(error, error);
};

const mlp: Omit<SmallModel, 'name' | 'optimizer'> = {
  rows: labelled(floats([10], 1), 3),
  losses(scope, { x, label }) {
    const hidden = [16, 8].reduce(
      (y, units, i) =>
        scope.ops.relu(dense(within(scope, `dense${i}`), y, { units, initializer: 'heUniform' })),
      x!,
    );
    return classify(scope, hidden, label!, 3);
  },
};

const models: readonly SmallModel[] = [
  { name: 'mlp', optimizer: adam, ...mlp },
  { name: 'mlp, SGD with momentum', optimizer: { type: 'sgd', learningRate: 0.03, momentum: 0.9 }, ...mlp },
  {
    name: 'mlp, AdamW with clipping',
    optimizer: { type: 'adamw', learningRate: 0.003, weightDecay: 0.05, clipNorm: 0.5 },
    ...mlp,
  },
  {
    name: 'cnn with batch norm and dropout',
    optimizer: adam,
    rows: labelled(floats([7, 7, 2], 2), 3),
    losses(scope, { x, label }) {
      const { ops, parameter } = scope;
      const kernel = parameter('conv', [3, 3, 2, 5], 'heUniform');
      const conv = ops.conv2d(x!, kernel, { strides: [1, 1], padding: 'same' });
      const normal = ops.relu(batchNorm(within(scope, 'norm'), conv, { momentum: 0.9 }));
      const pooled = ops.maxPool2d(normal, { size: [2, 2], strides: [2, 2], padding: 'valid' });
      const flat = ops.reshape(pooled, { shape: [BATCH, 45] });
      return classify(scope, dropout(within(scope, 'dropout'), flat, { rate: 0.25 }), label!, 3);
    },
  },
  {
    name: 'depthwise cnn',
    optimizer: adam,
    rows: labelled(floats([8, 8, 3], 3), 3),
    losses(scope, { x, label }) {
      const options = { filters: 6, kernelSize: 3, multiplier: 2 };
      const first = separableConv2d(within(scope, 'first'), x!, { ...options, stride: 2 });
      const second = separableConv2d(within(scope, 'second'), gelu(scope.ops, first), {
        ...options,
        padding: 'valid',
      });
      return classify(scope, globalAveragePool(scope.ops, gelu(scope.ops, second)), label!, 3);
    },
  },
  {
    name: 'embedding + gru',
    optimizer: adam,
    rows: labelled(ids([5], 12, 4), 2),
    losses(scope, { x, label }) {
      const words = embedding(within(scope, 'words'), x!, { count: 12, size: 5 });
      const states = gru(within(scope, 'first'), words, { units: 6, sequence: true });
      return classify(scope, gru(within(scope, 'second'), states, { units: 4 }), label!, 2);
    },
  },
  {
    name: 'embedding + conv1d',
    optimizer: adam,
    rows: labelled(ids([9], 12, 5), 2),
    losses(scope, { x, label }) {
      const { ops } = scope;
      const words = embedding(within(scope, 'words'), x!, { count: 12, size: 6 });
      const near = ops.relu(conv1d(within(scope, 'near'), words, { filters: 8, kernelSize: 3 }));
      const far = ops.relu(
        conv1d(within(scope, 'far'), near, { filters: 8, kernelSize: 3, dilation: 2, padding: 'valid' }),
      );
      return classify(scope, ops.max(far, { axes: [1] }), label!, 2);
    },
  },
  {
    name: 'transformer block',
    optimizer: adam,
    rows: labelled(ids([6], 12, 6), 2),
    losses(scope, { x, label }) {
      const { ops, parameter } = scope;
      const words = embedding(within(scope, 'words'), x!, { count: 12, size: 8 });
      const placed = ops.add(words, parameter('places', [6, 8], 'glorotUniform'));
      const block = transformerBlock(within(scope, 'block'), placed, { heads: 2, hidden: 16, dropout: 0.1 });
      return classify(scope, globalAveragePool(ops, block), label!, 2);
    },
  },
  {
    name: 'autoencoder',
    optimizer: adam,
    rows: { x: floats([12], 7) },
    losses(scope, { x }) {
      const { ops } = scope;
      const code = [8, 3, 8].reduce(
        (y, units, i) => ops.tanh(dense(within(scope, `dense${i}`), y, { units })),
        x!,
      );
      return ops.mean(squaredErrors(scope, dense(within(scope, 'output'), code, { units: 12 }), x!), {
        axes: [1],
      });
    },
  },
  {
    name: 'matrix factorisation',
    optimizer: { ...adam, learningRate: 0.03 },
    rows: { user: ids([], 9, 8), item: ids([], 7, 9), rating: floats([], 10) },
    losses: (scope, { user, item, rating }) =>
      squaredErrors(
        scope,
        matrixFactorisation(scope, { user: user!, item: item! }, { users: 9, items: 7, size: 4 }),
        rating!,
      ),
  },
];

export const trainings: readonly Training[] = models.map(trainingOf);

/** The least there is to train: for steps in great number. */
export const linear: Training = trainingOf({
  name: 'linear regression',
  optimizer: { type: 'sgd', learningRate: 0.01, momentum: 0.9 },
  rows: { x: floats([3], 11), target: floats([1], 12) },
  losses: (scope, { x, target }) =>
    scope.ops.reshape(squaredErrors(scope, dense(scope, x!, { units: 1 }), target!), { shape: [BATCH] }),
});

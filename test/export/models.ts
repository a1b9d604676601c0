/** Models of which each has some of the blocks. */
import type { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';

type Model = NetworkPipeline['model'];

export const BRANCHED: Model = [
  { type: 'dense', units: 16, activation: 'relu', id: 'first' },
  { type: 'batch-norm', momentum: 0.9 },
  { type: 'dense', units: 16, activation: 'gelu', id: 'lambda' },
  { type: 'add', inputs: ['first', 'lambda'] },
  { type: 'layer-norm', id: 'normal' },
  { type: 'concatenate', inputs: ['first', 'normal'] },
  { type: 'dropout', rate: 0.1 },
];

export const SMALL: Model = [
  { type: 'conv2d', filters: 8, kernelSize: 3, stride: 2, padding: 'same', activation: 'relu' },
  {
    type: 'depthwise-conv2d',
    kernelSize: 3,
    stride: 2,
    multiplier: 1,
    padding: 'same',
    activation: 'silu',
  },
  { type: 'upsampling2d', size: 2, method: 'nearest' },
  { type: 'flatten' },
  { type: 'dropout', rate: 0.25 },
  { type: 'dense', units: 16, activation: 'relu' },
];

/** Blocks that act while training alone: first, between others, and one that another names. */
export const AUGMENTED: Model = [
  { type: 'random-flip', mode: 'horizontal' },
  { type: 'random-translation', height: 0.2, width: 0.2 },
  { type: 'random-rotation', degrees: 20, zoom: 0.1, id: 'turned' },
  { type: 'conv2d', filters: 4, kernelSize: 3, stride: 2, padding: 'same', activation: 'relu' },
  { type: 'random-erasing', height: 0.5, width: 0.5 },
  { type: 'flatten', id: 'seen' },
  { type: 'random-contrast', contrast: 0.5, brightness: 0.5, inputs: ['turned'] },
  { type: 'average-pooling2d', size: 4 },
  { type: 'flatten', id: 'glanced' },
  { type: 'concatenate', inputs: ['seen', 'glanced'] },
];

/** What MobileNet is made of. */
export const MOBILE: Model = [
  { type: 'rescaling', scale: 1 / 127.5, offset: -1 },
  { type: 'zero-padding2d', top: 0, bottom: 1, left: 1, right: 2 },
  {
    type: 'conv2d',
    filters: 8,
    kernelSize: 3,
    stride: 2,
    padding: 'valid',
    activation: 'linear',
    bias: false,
  },
  { type: 'batch-norm', momentum: 0.9, epsilon: 1e-5 },
  { type: 'activation', activation: 'relu6' },
  {
    type: 'depthwise-conv2d',
    kernelSize: 3,
    stride: 1,
    multiplier: 1,
    padding: 'same',
    activation: 'relu6',
    bias: false,
  },
  { type: 'global-average-pooling' },
  { type: 'dense', units: 8, activation: 'tanh', bias: false },
];

/** Windows of every size and step, and several filters for a channel. */
export const WINDOWS: Model = [
  {
    type: 'separable-conv2d',
    filters: 6,
    kernelSize: 3,
    stride: 1,
    multiplier: 2,
    padding: 'same',
    activation: 'relu',
  },
  { type: 'max-pooling2d', size: 3, stride: 2, padding: 'same' },
  { type: 'depthwise-conv2d', kernelSize: 2, stride: 1, multiplier: 2, padding: 'same', activation: 'tanh' },
  {
    type: 'separable-conv2d',
    filters: 5,
    kernelSize: 4,
    stride: 2,
    multiplier: 1,
    padding: 'same',
    activation: 'linear',
    bias: false,
  },
  { type: 'conv2d-transpose', filters: 4, kernelSize: 3, stride: 2, padding: 'same', activation: 'relu' },
  { type: 'conv2d-transpose', filters: 3, kernelSize: 4, stride: 1, padding: 'valid', activation: 'linear' },
  {
    type: 'conv2d-transpose',
    filters: 3,
    kernelSize: 2,
    stride: 3,
    padding: 'same',
    activation: 'softmax',
    bias: false,
  },
  { type: 'conv2d-transpose', filters: 3, kernelSize: 5, stride: 1, padding: 'same', activation: 'linear' },
  { type: 'max-pooling2d', size: 2 },
  { type: 'average-pooling2d', size: 2 },
  { type: 'batch-norm', momentum: 0.9 },
  { type: 'layer-norm' },
  { type: 'global-max-pooling' },
];

export const EDGES: Model = [
  { type: 'average-pooling2d', size: 3, stride: 2, padding: 'same' },
  { type: 'reshape', shape: [10, 12] },
  { type: 'average-pooling1d', size: 4, stride: 3, padding: 'same' },
  { type: 'flatten' },
];

export const TRAINING: NetworkPipeline['training'] = {
  ...{
    epochs: 1,
    batchSize: 16,
    optimizer: { type: 'adam', learningRate: 0.01 },
    seed: 1,
    earlyStopping: null,
  },
};

const EMBEDDED = { type: 'embedding', count: 202, size: 8 } as const;

export const TEXT_LAYERS: Model = [
  EMBEDDED,
  { type: 'conv1d', filters: 8, kernelSize: 3, stride: 1, dilation: 2, padding: 'same', activation: 'relu' },
  { type: 'max-pooling1d', size: 2 },
  { type: 'batch-norm', momentum: 0.9 },
  { type: 'average-pooling1d', size: 3, stride: 2 },
  { type: 'lstm', units: 6, sequence: true },
  { type: 'lstm', units: 6, sequence: false },
];

export const RECURRENT: Model = [
  EMBEDDED,
  { type: 'gru', units: 5, sequence: true },
  { type: 'bidirectional', cell: 'gru', units: 4, sequence: true },
  { type: 'bidirectional', cell: 'lstm', units: 3, sequence: true },
  { type: 'max-pooling1d', size: 3, stride: 2, padding: 'same', id: 'fewer' },
  { type: 'bidirectional', cell: 'lstm', units: 3, sequence: false, id: 'both' },
  { type: 'bidirectional', cell: 'gru', units: 3, sequence: false, inputs: ['fewer'], id: 'ends' },
  { type: 'gru', units: 6, sequence: false, inputs: ['fewer'], id: 'last' },
  { type: 'concatenate', inputs: ['both', 'ends', 'last'] },
];

export const ATTENTIVE: Model = [
  EMBEDDED,
  { type: 'positional-encoding', kind: 'sinusoidal' },
  { type: 'attention', heads: 2 },
  { type: 'transformer-encoder', heads: 4, hidden: 12, dropout: 0.1, positions: 'learned' },
  { type: 'transformer-encoder', heads: 1, hidden: 6, dropout: 0, positions: 'none' },
  { type: 'global-average-pooling' },
];

/** The same, where padding is left out. */
export const MASKED: Model = [
  { ...EMBEDDED, inputs: ['feature:text'], id: 'words' },
  { type: 'positional-encoding', kind: 'learned', id: 'placed' },
  { type: 'attention', heads: 2, inputs: ['placed', 'feature:text'], id: 'looked' },
  {
    type: 'transformer-encoder',
    heads: 2,
    hidden: 8,
    dropout: 0,
    positions: 'sinusoidal',
    inputs: ['looked', 'feature:text'],
    id: 'read',
  },
  { type: 'global-average-pooling', inputs: ['read', 'feature:text'], id: 'mean' },
  { type: 'global-max-pooling', inputs: ['read', 'feature:text'], id: 'most' },
  { type: 'multiply', inputs: ['mean', 'most'] },
];

import { expect, it } from 'vitest';
import { cloudsSpec } from '../train/train-fixtures.ts';
import { continuationKey } from './canonical.ts';
import type { NetworkPipeline } from './pipeline-spec.ts';

const spec = cloudsSpec();
const { training } = spec;
const adam = training.optimizer;
const key = continuationKey(spec);

it.each<[what: string, change: Partial<NetworkPipeline['training']>]>([
  ['epochs', { epochs: 99 }],
  ['learning rate', { optimizer: { ...adam, learningRate: 1e-4 } }],
  ['the length of gradients', { optimizer: { ...adam, clipNorm: 1 } }],
  ['schedule', { schedule: { type: 'cosine', warmupSteps: 1, floor: 0 } }],
  ['loss', { loss: { type: 'focal', gamma: 2 } }],
  ['patience', { earlyStopping: { patience: 2 } }],
  ['no early stopping', { earlyStopping: null }],
  ['plateaus', { reduceOnPlateau: { patience: 2, factor: 0.1 } }],
  ['the weights of classes', { classWeights: 'balanced' }],
  ['the penalty of kernels', { l2: 1e-3 }],
])('a checkpoint serves a definition of another %s', (_, change) => {
  expect(continuationKey({ ...spec, training: { ...training, ...change } })).toBe(key);
});

it.each<[what: string, change: Partial<NetworkPipeline>]>([
  ['model', { model: [...spec.model, { type: 'dropout', rate: 0.1 }] }],
  ['features', { features: spec.features.slice(1) }],
  ['target', { target: 'other' }],
  ['split', { split: { validation: 0.2, test: 0.1 } }],
  ['seed, which shuffles and splits', { training: { ...training, seed: 8 } }],
  ['batch size, which is the order of rows', { training: { ...training, batchSize: 8 } }],
  ['number of batches put together', { training: { ...training, accumulate: 2 } }],
  [
    'optimiser, which remembers something else',
    { training: { ...training, optimizer: { type: 'adamw', learningRate: 0.02, weightDecay: 0.01 } } },
  ],
])('no checkpoint serves a definition of another %s', (_, change) => {
  expect(continuationKey({ ...spec, ...change })).not.toBe(key);
});

it('is the same however the keys are ordered, and whether or not it says that it is a network', () => {
  const { training: last, ...first } = spec;
  expect(continuationKey({ training: last, ...first })).toBe(key);
  expect(continuationKey({ ...spec, kind: 'network' })).toBe(key);
});

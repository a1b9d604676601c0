import { expect, it } from 'vitest';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { describePipeline } from './describe-pipeline.ts';

const spec: PipelineSpec = {
  schemaVersion: 1,
  task: 'classification',
  target: 'species',
  features: [
    { column: 'bill', steps: [{ type: 'impute', strategy: 'median' }, { type: 'standardise' }] },
    { column: 'mass', steps: [{ type: 'impute', strategy: 'median' }, { type: 'standardise' }] },
    { column: 'island', steps: [{ type: 'onehot' }] },
  ],
  model: [
    { type: 'dense', units: 32, activation: 'relu' },
    { type: 'dropout', rate: 0.2 },
  ],
  split: { validation: 0.15, test: 0.2 },
  training: {
    epochs: 60,
    batchSize: 32,
    optimizer: { type: 'adam', learningRate: 0.003 },
    seed: 1,
    earlyStopping: { patience: 8 },
  },
};

it('says what a pipeline does', () => {
  const words = Object.fromEntries(describePipeline(spec).map(({ title, text }) => [title, text]));
  expect(words).toEqual({
    Goal: 'Learns to tell which “species” a row belongs to, with a probability for each.',
    Features:
      'bill, mass: gaps filled with the middle value, then brought to a common scale. island: one input for each value.',
    Model: 'A small neural network: 32 units → dropout 20%.',
    Training: 'Up to 60 epochs, fewer if it has not become better for 8 epochs; the best weights are kept.',
    Check: 'Learns from 65% of the rows, watches itself on 15%, and is judged on 20% that it never sees.',
  });
});

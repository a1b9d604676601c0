import { describe, expect, it } from 'vitest';
import type { NetworkPipeline, PipelineSpec } from '../definition/pipeline-spec.ts';
import { AppError } from '../errors.ts';
import type { Parameters } from '../schema/sweep.ts';
import { applyParameters } from './apply-parameters.ts';
import { checkSweep } from './check-sweep.ts';
import { sweepOf } from './tune-fixtures.ts';

const base: NetworkPipeline = {
  schemaVersion: 1,
  task: 'classification',
  target: 'label',
  split: { validation: 0.2, test: 0.2 },
  features: [{ column: 'a', steps: [{ type: 'standardise' }] }],
  model: [
    { type: 'dense', units: 8, activation: 'relu' },
    { type: 'dropout', rate: 0.2 },
  ],
  training: {
    epochs: 6,
    batchSize: 16,
    optimizer: { type: 'adam', learningRate: 0.02 },
    seed: 7,
    earlyStopping: null,
  },
};
const words: PipelineSpec = {
  schemaVersion: 1,
  kind: 'estimator',
  task: 'classification',
  target: 'label',
  features: base.features,
  split: base.split,
  training: { seed: 1 },
  model: { type: 'naive-bayes', smoothing: 1 },
};
const learningRate = { type: 'float', min: 1e-4, max: 0.1, log: true };
const units = { type: 'int', min: 2, max: 64 };

const models = {
  type: 'choice',
  values: [
    [],
    [
      { type: 'dense', units: 4 },
      { type: 'dense', units: 3 },
    ],
    [{ type: 'lstm', units: 4 }],
  ],
  labels: ['linear', 'deep', 'recurrent'],
};
const sweep = sweepOf({
  parameters: {
    'training.optimizer.learningRate': learningRate,
    'training.optimizer': {
      type: 'choice',
      values: [
        { type: 'sgd', learningRate: 1 },
        { type: 'adam', learningRate: 1 },
      ],
    },
    'training.l2': { type: 'float', min: 0, max: 2 },
    model: models,
    'model.1.units': { ...units, when: { parameter: 'model', in: ['deep'] } },
    $: { type: 'choice', values: [words as never], labels: ['words'] },
  },
  scheduler: { type: 'asha', maxEpochs: 9 },
});
const apply = (parameters: Parameters) => applyParameters(base, sweep, parameters);

it('writes a whole part before what is in it, and what the definition did not say', () => {
  const spec = apply({
    'training.optimizer.learningRate': 0.005,
    'training.optimizer': { learningRate: 1, type: 'sgd' },
    'training.l2': 0.5,
    ...{ 'model.1.units': 7, model: 'deep' },
  });
  expect(spec).toMatchObject({
    model: [
      { type: 'dense', units: 4, activation: 'relu' },
      { type: 'dense', units: 7 },
    ],
    training: {
      epochs: 9,
      optimizer: { type: 'sgd', learningRate: 0.005, momentum: expect.any(Number) },
      l2: 0.5,
    },
  });
  expect(base.training).toMatchObject({ epochs: 6, optimizer: { type: 'adam', learningRate: 0.02 } });
});

it('a whole definition can be a choice', () => expect(apply({ $: 'words' })).toEqual(words));

it.each<[Parameters, string, string[] | undefined]>([
  [{ 'training.epochs': 3 }, 'there is no "training.epochs" in the sweep', undefined],
  [
    { 'training.optimizer.learningRate': 1 },
    '1 is not in the sweep; expected a number from 0.0001 to 0.1',
    undefined,
  ],
  [
    { 'training.l2': 1.5, model: 'deep' },
    'training.l2 = 1.5 makes no definition: training.l2: Too big',
    ['training.l2'],
  ],
  [
    { model: 'linear', 'model.1.units': 7 },
    'model.1.units leads nowhere: what is to hold it has 0 entries and no "1"',
    ['model.1.units'],
  ],
])('refuses %o', (parameters, message, blamed) => {
  let error: unknown;
  try {
    apply(parameters);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).message).toContain(message);
  expect((error as AppError).details?.parameters).toEqual(blamed);
});

describe('before the first trial', () => {
  const check =
    (change: object, spec: PipelineSpec = base) =>
    () =>
      checkSweep(sweepOf(change), spec);
  const rate = { 'training.optimizer.learningRate': learningRate };

  it('finds nothing wrong with what can work', () => {
    expect(
      check({ parameters: { ...rate, 'model.0.units': units }, scheduler: { type: 'asha', maxEpochs: 9 } }),
    ).not.toThrow();
    expect(
      check({ parameters: rate, scheduler: { type: 'population', interval: 1, maxEpochs: 9 } }),
    ).not.toThrow();
    expect(
      check(
        {
          parameters: { 'model.smoothing': { type: 'float', min: 0.1, max: 1 } },
          objective: [{ metric: 'f1', goal: 'maximize' }],
        },
        words,
      ),
    ).not.toThrow();
  });

  it.each<[string, object, PipelineSpec, string]>([
    [
      'a name that is misspelt',
      { parameters: { ...rate, 'training.optimizer.learnRate': learningRate } },
      base,
      'parameters.training.optimizer.learnRate: training.optimizer.learnRate = ',
    ],
    [
      'a block that is not there',
      { parameters: { ...rate, 'model.2.units': units } },
      base,
      'parameters.model.2.units: model.2.units leads nowhere',
    ],
    [
      'values that never fit',
      { parameters: { ...rate, 'model.1.rate': { type: 'float', min: 1, max: 2 } } },
      base,
      'parameters.model.1.rate: model.1.rate = ',
    ],
    [
      'another task’s metric',
      { parameters: rate, objective: [{ metric: 'r2', goal: 'maximize' }] },
      base,
      'objective.0.metric: classification has no "r2"',
    ],
    [
      'a metric without a curve',
      { parameters: rate, objective: [{ metric: 'f1', goal: 'maximize' }], scheduler: { type: 'median' } },
      base,
      '"f1" is not measured after each epoch, which "median" needs; expected loss or accuracy',
    ],
    [
      'epochs of what is fitted whole',
      { parameters: { 'model.smoothing': learningRate }, scheduler: { type: 'hyperband', maxEpochs: 9 } },
      words,
      'scheduler.type: "hyperband" compares epochs, and an estimator has none; expected "none"',
    ],
    [
      'two that say how long',
      { parameters: { 'training.epochs': units }, scheduler: { type: 'asha', maxEpochs: 9 } },
      base,
      'parameters.training.epochs: "asha" says how long trials are; leave it out',
    ],
    [
      'other weights in the middle of a training',
      {
        parameters: { ...rate, 'model.0.units': units },
        scheduler: { type: 'population', interval: 1, maxEpochs: 9 },
      },
      base,
      'scheduler.perturb: "model.0.units" cannot change in the middle of a training, since no checkpoint goes on with another value of it; ' +
        'expected others alone, such as training.optimizer.learningRate, or take it out of the sweep',
    ],
  ])('refuses %s', (_, change, spec, message) => expect(check(change, spec)).toThrow(message));

  it('lets a population take over what cannot be changed', () => {
    const scheduler = { type: 'population', interval: 1, maxEpochs: 9, perturb: Object.keys(rate) };
    expect(check({ parameters: { ...rate, 'model.0.units': units }, scheduler })).not.toThrow();
  });
});

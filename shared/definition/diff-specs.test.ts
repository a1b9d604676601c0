/** Differences told in words; expected sentences written by hand. */
import { describe, expect, it } from 'vitest';
import { diffSpecs } from './diff-specs.ts';
import { NetworkPipeline, type PipelineSpec } from './pipeline-spec.ts';

const base = NetworkPipeline.parse({
  schemaVersion: 1,
  task: 'classification',
  target: 'species',
  features: [
    { column: 'beak', steps: [{ type: 'impute', strategy: 'median' }, { type: 'standardise' }] },
    { column: 'island', steps: [{ type: 'onehot' }] },
  ],
  model: [
    { type: 'dense', units: 32, activation: 'relu' },
    { type: 'dropout', rate: 0.2 },
    { type: 'dense', units: 16, activation: 'relu' },
  ],
  split: { validation: 0.15, test: 0.2 },
  training: {
    epochs: 25,
    batchSize: 32,
    optimizer: { type: 'adam', learningRate: 0.003 },
    seed: 1,
    earlyStopping: { patience: 4 },
  },
} satisfies NetworkPipeline);

const told = (after: PipelineSpec, before: PipelineSpec = base) =>
  diffSpecs(before, after).map(({ path, text }) => `${path}: ${text}`);

describe('diffSpecs', () => {
  it('has nothing to say of equal definitions', () => {
    expect(diffSpecs(base, structuredClone(base))).toEqual([]);
  });

  it('tells numbers, and a thing of another kind as a whole', () => {
    const training = {
      ...base.training,
      epochs: 40,
      optimizer: { type: 'sgd' as const, learningRate: 0.1, momentum: 0.9 },
      earlyStopping: null,
    };
    expect(told({ ...base, training, split: { validation: 0.15, test: 0.1 } })).toEqual([
      'split.test: split: test 0.2 → 0.1',
      'training.epochs: training: epochs 25 → 40',
      'training.optimizer: training: optimizer adam (learning rate 0.003) → sgd (learning rate 0.1, momentum 0.9)',
      'training.earlyStopping: training: early stopping (patience 4) → none',
    ]);
  });

  it('follows blocks through what was put between them', () => {
    const [wide, dropout, narrow] = base.model as [never, never, never];
    const model = [
      wide,
      { type: 'dense', units: 24, activation: 'relu' },
      dropout,
      narrow,
    ] as NetworkPipeline['model'];
    expect(told({ ...base, model })).toEqual([
      'model.1: model: block 2, dense, is new (units 24, activation relu)',
    ]);
    expect(told(base, { ...base, model })).toEqual(['model.1: model: block 2, dense, is gone']);
    const other = [wide, { type: 'dropout', rate: 0.5 }, narrow] as NetworkPipeline['model'];
    expect(told({ ...base, model: other })).toEqual([
      'model.1.rate: model: block 2, dropout: rate 0.2 → 0.5',
    ]);
  });

  it('follows features by their column', () => {
    const features: PipelineSpec['features'] = [
      { column: 'island', steps: [{ type: 'onehot' }] },
      { column: 'mass', steps: [{ type: 'standardise' }] },
      { column: 'beak', steps: [{ type: 'standardise' }] },
    ];
    expect(told({ ...base, features })).toEqual([
      'features.mass: “mass” is a feature, through standardise',
      'features.beak.0: “beak”: step 1, impute, is gone',
    ]);
    expect(told({ ...base, features: base.features.slice(1) })).toEqual([
      'features.beak: “beak” is no feature any more',
    ]);
  });

  it('tells features of one column apart by their names', () => {
    const missing = { column: 'beak', name: 'beak missing', steps: [{ type: 'missing' as const }] };
    const [beak, island] = base.features as [never, never];
    const features: PipelineSpec['features'] = [missing, island, beak];
    expect(told({ ...base, features })).toEqual([
      'features.beak missing: “beak missing” is a feature, through missing',
    ]);
    expect(told(base, { ...base, features })).toEqual([
      'features.beak missing: “beak missing” is no feature any more',
    ]);
    const renamed = [{ ...base.features[0]!, name: 'bill' }, island];
    expect(told({ ...base, features: renamed })).toEqual(['features.bill.name: name bill']);
  });
});

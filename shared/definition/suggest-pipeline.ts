/** A pipeline that should do well on a dataset without further thought, made from its profile. */
import { AppError } from '../errors.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import type { FeatureSpec } from '../pipeline/feature-spec.ts';
import type { DatasetProfile } from '../schema/dataset.ts';
import { PipelineSpec, type SplitSpec, type Task, type TrainingSpec } from './pipeline-spec.ts';
import { suggestFeatures } from './suggest-features.ts';
import { taskOf } from './target-profile.ts';

/** Throws AppError `invalid_data` when the target cannot be learnt. `suggestFeatures` says which columns it leaves out. */
export function suggestPipeline(
  profile: DatasetProfile,
  { target, task }: { target: string; task?: Task },
): PipelineSpec {
  const chosen = taskOf(profile, target, task);
  const { features, skipped } = suggestFeatures(profile, target);
  const [first] = features;
  if (!first) {
    const reasons = skipped.map(({ column, reason }) => `"${column}" (${reason})`).slice(0, 20);
    throw new AppError(
      'invalid_data',
      `no column is left to learn "${target}" from: ${reasons.join(', ') || 'it is the only one'}`,
    );
  }
  const picture = first.steps.find((step) => step.type === 'image');
  return PipelineSpec.parse({
    schemaVersion: 1,
    task: chosen,
    target,
    features,
    model: picture ? pictureModel(picture) : tableModel(profile.rows),
    split: splitFor(profile.rows),
    training: trainingFor(profile.rows, picture !== undefined),
  } satisfies PipelineSpec);
}

/** Two convolutions with pooling, as far as the picture's size lets them, and a dense layer. */
function pictureModel({ height, width }: Extract<FeatureSpec['steps'][0], { type: 'image' }>): ModelSpec {
  const model: ModelSpec = [];
  let side = Math.min(height, width);
  for (const filters of [32, 64]) {
    model.push({ type: 'conv2d', filters, kernelSize: 3, stride: 1, padding: 'same', activation: 'relu' });
    if (side < 4) continue;
    model.push({ type: 'max-pooling2d', size: 2 });
    side = Math.floor(side / 2);
  }
  return [
    ...model,
    { type: 'flatten' },
    { type: 'dropout', rate: 0.25 },
    { type: 'dense', units: 64, activation: 'relu' },
  ];
}

/** With few rows a small network with dropout, which overfits less. */
function tableModel(rows: number): ModelSpec {
  const [wide, narrow, rate] = rows < 1000 ? [32, 16, 0.2] : [64, 32, 0.1];
  return [
    { type: 'dense', units: wide, activation: 'relu' },
    { type: 'dropout', rate },
    { type: 'dense', units: narrow, activation: 'relu' },
  ];
}

function splitFor(rows: number): SplitSpec {
  return rows < 10_000 ? { validation: 0.15, test: 0.2 } : { validation: 0.1, test: 0.1 };
}

/** About 2,000 updates, however many rows there are, within sensible numbers of epochs. */
function trainingFor(rows: number, pictures: boolean): TrainingSpec {
  const batchSize = rows < 5_000 ? 32 : rows < 50_000 ? 64 : 128;
  const wanted = Math.ceil((2000 * batchSize) / rows);
  const epochs = Math.min(Math.max(wanted, 5), pictures ? 30 : 150);
  return {
    epochs,
    batchSize,
    optimizer: { type: 'adam', learningRate: pictures ? 1e-3 : 3e-3 },
    seed: 1,
    earlyStopping: { patience: Math.max(3, Math.ceil(epochs / 8)) },
  };
}

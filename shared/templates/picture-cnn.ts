/** A small convolutional network for pictures of up to 64 pixels a side; larger ones are brought to that. */
import type { ModelSpec } from '../model/model-spec.ts';
import { pictureSize } from './picture-size.ts';
import { hasPictures, type Template } from './template.ts';
import { splitFor, trainingFor } from './training-defaults.ts';

/**
 * Fewer pictures than this teach no more filters: of MNIST's first 10,000, 0.983 of the test rows with 16 and 32 of them, 0.984 with 32
 * and 64, which take three and a half times as long.
 */
const MANY = 20_000;

export const pictureCnn: Template = {
  name: 'picture-cnn',
  title: 'Small picture network',
  summary: 'Two layers of learnt filters look for patterns in small pictures.',
  needs: 'Some hundred pictures of each label; they are brought to 64 pixels a side at most.',
  limits: 'What only shows in fine detail is lost, and with few pictures it learns them by heart.',
  insight: 'none',
  misfit: (goal) => (hasPictures(goal) ? null : 'needs pictures'),
  build({ profile: { rows }, target, task, features }) {
    return {
      schemaVersion: 1,
      task,
      target,
      features: [...features],
      model: modelFor(Math.min(...pictureSize(features)), rows < MANY ? [16, 32] : [32, 64]),
      split: splitFor(rows),
      training: {
        ...trainingFor(rows, 30, 1e-3, 8),
        schedule: { type: 'cosine', warmupSteps: 0, floor: 0.01 },
      },
    };
  },
};

/** Two convolutions with pooling, as far as the picture's size lets them, and a dense layer. */
function modelFor(side: number, layers: readonly number[]): ModelSpec {
  const model: ModelSpec = [];
  let left = side;
  for (const filters of layers) {
    model.push({ type: 'conv2d', filters, kernelSize: 3, stride: 1, padding: 'same', activation: 'relu' });
    if (left < 4) continue;
    model.push({ type: 'max-pooling2d', size: 2 });
    left = Math.floor(left / 2);
  }
  return [
    ...model,
    { type: 'flatten' },
    { type: 'dropout', rate: 0.25 },
    { type: 'dense', units: 64, activation: 'relu' },
  ];
}

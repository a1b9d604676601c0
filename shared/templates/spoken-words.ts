/** Spoken words and other short sounds: a convolutional network over the log-mel spectrogram. */
import type { ModelSpec } from '../model/model-spec.ts';
import { hasSounds, type Template } from './template.ts';
import { splitFor, trainingFor } from './training-defaults.ts';

export const spokenWords: Template = {
  name: 'spoken-words',
  title: 'Spoken words',
  summary: 'Looks for patterns of pitch over time, wherever in the sound they are.',
  needs: 'Short recordings as WAV, fifty or more of each word, better of several people.',
  limits:
    'A voice that it has not heard is much harder than one that it has; it knows single words, not sentences.',
  insight: 'none',
  misfit: (goal) => (hasSounds(goal) ? null : 'needs sounds'),
  build({ profile: { rows }, target, task, features }) {
    return {
      schemaVersion: 1,
      task,
      target,
      features: [...features],
      model: MODEL,
      split: splitFor(rows),
      training: { ...trainingFor(rows, 60, 2e-3), earlyStopping: { patience: 12 } },
    };
  },
};

const layer = (filters: number): ModelSpec => [
  { type: 'conv2d', filters, kernelSize: 3, stride: 1, padding: 'same', activation: 'linear' },
  { type: 'batch-norm', momentum: 0.9 },
  { type: 'activation', activation: 'relu' },
  { type: 'max-pooling2d', size: 2 },
];

const MODEL: ModelSpec = [
  ...[16, 32, 64].flatMap(layer),
  { type: 'flatten' },
  { type: 'dropout', rate: 0.5 },
  { type: 'dense', units: 64, activation: 'relu' },
];

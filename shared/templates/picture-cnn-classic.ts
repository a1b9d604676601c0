/** The classic picture network: colour pictures at 224 × 224, three convolutions of 32, 64 and 128 filters, a dense layer of 64. */
import { hasPictures, type Template } from './template.ts';
import { splitFor, trainingFor } from './training-defaults.ts';

const SIDE = 224; // pixels
const conv = (filters: number) =>
  ({ type: 'conv2d', filters, kernelSize: 3, stride: 1, padding: 'valid', activation: 'relu' }) as const;
const pool = { type: 'max-pooling2d', size: 2 } as const;

export const pictureCnnClassic: Template = {
  name: 'picture-cnn-classic',
  title: 'Classic picture network, 224 × 224',
  summary: 'Three layers of learnt filters on colour pictures at full size.',
  needs: 'Many hundred photos of each label, and a runner: a GPU is some fifty times as fast as a tab.',
  limits: 'Slow without a GPU, and it needs many pictures, since it starts from nothing.',
  insight: 'none',
  misfit: (goal) => (hasPictures(goal) ? null : 'needs pictures'),
  build: ({ profile: { rows }, target, task, features }) => ({
    schemaVersion: 1,
    task,
    target,
    features: features.map(({ column }) => ({
      column,
      steps: [{ type: 'image', height: SIDE, width: SIDE, channels: 3, scale: 'zero-one' }],
    })),
    model: [
      conv(32),
      pool,
      conv(64),
      pool,
      conv(128),
      pool,
      { type: 'flatten' },
      { type: 'dense', units: 64, activation: 'relu' },
    ],
    split: splitFor(rows),
    // more at once would not fit into memory: a picture makes nine million numbers on its way
    training: { ...trainingFor(rows, 30, 1e-3), batchSize: 32 },
  }),
};

/** New pictures by a variational autoencoder (Kingma and Welling 2014): pictures are brought to a few numbers and back. */
import type { ModelSpec } from '../model/model-spec.ts';
import { type SmallPictures, smallPictures } from './small-pictures.ts';
import { hasPictures, type Template } from './template.ts';
import { splitFor } from './training-defaults.ts';

const SIDE_MOST = 64;
/** Pictures seen in a training, each many times where there are few. */
const SEEN = 120_000;

export const pictureVae: Template = {
  name: 'picture-vae',
  title: 'New pictures, soon',
  summary: 'Learns to write pictures by a few numbers, and makes new ones of numbers drawn at random.',
  needs:
    'Some thousand pictures of one kind, such as digits or clothes; they are brought to 64 pixels a side at most.',
  limits: 'Its pictures are soft: fine detail is lost. Photographs of many kinds of things become blots.',
  insight: 'none',
  tasks: ['image-generation'],
  misfit: (goal) => (hasPictures(goal) ? null : 'needs pictures'),
  build(goal) {
    const { rows } = goal.profile;
    const pictures = smallPictures(goal, SIDE_MOST);
    const epochs = Math.min(Math.max(Math.ceil(SEEN / rows), 5), 100);
    return {
      schemaVersion: 1,
      task: 'image-generation',
      target: goal.target,
      features: [pictures.feature],
      model: modelFor(pictures),
      split: splitFor(rows),
      training: {
        epochs,
        batchSize: 64,
        optimizer: { type: 'adam', learningRate: 2e-3 },
        schedule: { type: 'cosine', warmupSteps: 0, floor: 0.01 },
        seed: 1,
        earlyStopping: { patience: Math.max(5, Math.ceil(epochs / 6)) },
        loss: { type: 'reconstruction' },
      },
    };
  },
};

/** Halved twice, a dozen numbers or more, and the same way back. */
function modelFor({ height, width, channels }: SmallPictures): ModelSpec {
  const numbers = height * width * channels <= 1024 ? 12 : 32;
  const [rows, columns] = [height / 4, width / 4];
  const convolution = { kernelSize: 3, stride: 2, padding: 'same', activation: 'relu' } as const;
  return [
    { type: 'conv2d', filters: 32, ...convolution },
    { type: 'conv2d', filters: 64, ...convolution },
    { type: 'flatten' },
    { type: 'dense', units: 128, activation: 'relu' },
    { type: 'dense', units: 2 * numbers, activation: 'linear' },
    { type: 'latent', weight: 1 },
    { type: 'dense', units: 128, activation: 'relu' },
    { type: 'dense', units: rows * columns * 64, activation: 'relu' },
    { type: 'reshape', shape: [rows, columns, 64] },
    { type: 'conv2d-transpose', filters: 32, ...convolution },
    { type: 'conv2d-transpose', filters: 32, ...convolution },
  ];
}

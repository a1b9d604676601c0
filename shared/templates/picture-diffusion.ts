/** New pictures by a small diffusion model (Ho et al. 2020): a network that learns to take noise away makes them out of noise. */
import type { ModelSpec } from '../model/model-spec.ts';
import { smallPictures } from './small-pictures.ts';
import { hasPictures, type Template } from './template.ts';
import { splitFor } from './training-defaults.ts';

const SIDE_MOST = 32;
/** Pictures seen in a training, each many times where there are few. */
const SEEN = 400_000;

export const pictureDiffusion: Template = {
  name: 'picture-diffusion',
  title: 'New pictures, sharp',
  summary: 'Learns to take noise away from pictures, and makes new ones out of nothing but noise.',
  needs:
    'Some thousand pictures of one kind, and minutes on a runner; they are brought to 32 pixels a side at most.',
  limits: 'It learns long, and each picture takes many runs of it. Of few pictures it makes copies.',
  insight: 'none',
  tasks: ['image-generation'],
  misfit: (goal) => (hasPictures(goal) ? null : 'needs pictures'),
  build(goal) {
    const { rows } = goal.profile;
    return {
      schemaVersion: 1,
      task: 'image-generation',
      target: goal.target,
      features: [smallPictures(goal, SIDE_MOST).feature],
      model: U_NET,
      split: splitFor(rows),
      training: {
        epochs: Math.min(Math.max(Math.ceil(SEEN / rows), 5), 200),
        batchSize: 64,
        optimizer: { type: 'adam', learningRate: 2e-3, clipNorm: 1 },
        schedule: { type: 'cosine', warmupSteps: 200, floor: 0.01 },
        seed: 1,
        earlyStopping: null,
        loss: { type: 'denoising', steps: 32 },
      },
    };
  },
};

const convolution = { kernelSize: 3, padding: 'same', activation: 'silu' } as const;
const same = { ...convolution, stride: 1 };
const half = { ...convolution, stride: 2 };

/** A U-Net (Ronneberger et al. 2015): halved twice, and back with what was there before added; two residual blocks in its middle. */
const U_NET: ModelSpec = [
  { type: 'conv2d', id: 'full', filters: 24, ...same },
  { type: 'conv2d', id: 'half', filters: 48, ...half },
  ...residual('half-1', 'half', 48),
  { type: 'conv2d', id: 'quarter', filters: 96, ...half },
  ...residual('quarter-1', 'quarter', 96),
  ...residual('quarter-2', 'quarter-1', 96),
  { type: 'conv2d-transpose', id: 'up-half', filters: 48, ...half },
  { type: 'add', id: 'with-half', inputs: ['up-half', 'half-1'] },
  ...residual('half-2', 'with-half', 48),
  { type: 'conv2d-transpose', id: 'up-full', filters: 24, ...half },
  { type: 'add', inputs: ['up-full', 'full'] },
  { type: 'conv2d', filters: 24, ...same },
];

/** Of two convolutions; `id` names its value. */
function residual(id: string, from: string, filters: number): ModelSpec {
  return [
    { type: 'layer-norm', inputs: [from] },
    { type: 'conv2d', filters, ...same },
    { type: 'conv2d', id: `${id}-change`, filters, ...same, activation: 'linear' },
    { type: 'add', id, inputs: [from, `${id}-change`] },
  ];
}

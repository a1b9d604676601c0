/** A small convolutional network whose last cells each say what is there and where its sides are, learnt from nothing. */
import type { ModelSpec } from '../model/model-spec.ts';
import type { Template } from './template.ts';
import { splitFor } from './training-defaults.ts';

/** Pixels of the longer side, as the model sees it. */
const SIDE = 192;
/** Pixels of a cell's side: the strides of the model. */
const CELL = 8;
/** Channels and stride of its convolutions. */
const CONVOLUTIONS = [
  [16, 2],
  [32, 2],
  [64, 2],
  [64, 1],
  [64, 1],
  [64, 1],
] as const;
const UPDATES = 1200;

export const pictureDetection: Template = {
  name: 'picture-detection',
  title: 'Objects in pictures',
  summary:
    'Filters look over the picture at once, and each of its cells says which object it is in and where that ends.',
  needs: 'Some dozens of pictures with boxes around all that is to be found.',
  limits: `Sees pictures with ${SIDE} pixels to the longer side, and finds one object of a kind in each ${CELL} × ${CELL} of them.`,
  tasks: ['object-detection'],
  insight: 'none',
  misfit: ({ task }) => (task === 'object-detection' ? null : 'needs pictures with boxes'),
  build({ profile, target, task, features }) {
    const { rows, columns } = profile;
    const { column } = features[0]!;
    const image = columns.find(({ name }) => name === column)?.image ?? {
      width: SIDE,
      height: SIDE,
      channels: 3,
    };
    const split = splitFor(rows);
    const batchSize = rows < 500 ? 4 : 16;
    const steps = Math.ceil((rows * (1 - split.validation - split.test)) / batchSize);
    return {
      schemaVersion: 1,
      task,
      target,
      features: [
        {
          column,
          steps: [
            {
              type: 'image',
              height: sideOf(image.height, image),
              width: sideOf(image.width, image),
              channels: image.channels === 1 ? 1 : 3,
              scale: 'standardised',
            },
          ],
        },
      ],
      model: CONVOLUTIONS.flatMap(
        ([filters, stride]): ModelSpec => [
          {
            type: 'conv2d',
            filters,
            kernelSize: 3,
            stride,
            padding: 'same',
            activation: 'linear',
            bias: false,
          },
          { type: 'batch-norm', momentum: 0.9 },
          { type: 'activation', activation: 'relu' },
        ],
      ),
      split,
      training: {
        epochs: Math.min(Math.max(Math.ceil(UPDATES / steps), 10), 120),
        batchSize,
        optimizer: { type: 'adam', learningRate: 2e-3 },
        seed: 1,
        earlyStopping: null,
        schedule: { type: 'cosine', warmupSteps: 0, floor: 0.01 },
      },
    };
  },
};

/** A whole number of cells, so that they lie over the picture evenly; small pictures are not enlarged. */
const sideOf = (side: number, { width, height }: { width: number; height: number }): number =>
  Math.max(1, Math.round((side * Math.min(1, SIDE / Math.max(width, height))) / CELL)) * CELL;

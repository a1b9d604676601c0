/** A head on top of MobileNet, which has learnt to see from ImageNet and is left as it is. */
import { mobilenetV1 } from '../model/backbones/mobilenet-v1.ts';
import { hasPictures, type Template } from './template.ts';
import { splitFor, trainingFor } from './training-defaults.ts';

/** The size that it was trained with. */
const SIDE = 224;
/** Smaller pictures have nothing of what it knows of photographs. */
const SIDE_LEAST = 64;
/** So few that 256 numbers each are enough to learn them by heart. */
const FEW = 2000;

export const pictureTransfer: Template = {
  name: 'picture-transfer',
  title: 'Photographs by transfer',
  summary:
    'MobileNet, which knows photographs already, describes each picture; only how to tell your labels apart is learnt.',
  needs: 'A few dozen colour photographs of each label.',
  limits: 'Sees what is in photographs of everyday things; drawings, scans and X-rays are strange to it.',
  insight: 'none',
  weights: mobilenetV1.weights,
  misfit(goal) {
    if (!hasPictures(goal)) return 'needs pictures';
    const column = goal.profile.columns.find(({ name }) => name === goal.features[0]!.column);
    const { width = 0, height = 0, channels = 1 } = column?.image ?? {};
    if (channels < 3) return 'needs pictures in colour';
    return Math.min(width, height) < SIDE_LEAST
      ? `needs pictures of ${SIDE_LEAST} pixels a side at least`
      : null;
  },
  build({ profile: { rows }, target, task, features }) {
    const { column } = features[0]!;
    return {
      schemaVersion: 1,
      task,
      target,
      features: [
        {
          column,
          steps: [
            { type: 'image', height: SIDE, width: SIDE, channels: 3, scale: 'minus-one-one', fit: 'crop' },
          ],
        },
      ],
      model: [
        { type: 'mobilenet-v1', frozenLayers: 27 },
        { type: 'dropout', rate: 0.5 },
      ],
      split: splitFor(rows),
      training: {
        ...trainingFor(rows, 100, 1e-3, 15),
        ...(rows < FEW && { batchSize: 16, l2: 1e-2, earlyStopping: { patience: 15 } }),
      },
    };
  },
};

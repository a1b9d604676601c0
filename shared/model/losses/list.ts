/** Every loss, and what a training says of the one it uses. */
import * as z from 'zod';
import type { Ops, TensorRef } from '../../graph/ops.ts';
import type { OutputSpec } from '../../schema/prediction.ts';
import { bpr } from './bpr.ts';
import { crossEntropy } from './cross-entropy.ts';

import { denoising } from './denoising.ts';
import { detection } from './detection.ts';

import { focal } from './focal.ts';
import { huber } from './huber.ts';
import type { Loss } from './loss.ts';
import { mae } from './mae.ts';
import { mse } from './mse.ts';
import { quantile } from './quantile.ts';
import { reconstruction } from './reconstruction.ts';
import { triplet } from './triplet.ts';

export const losses = [
  crossEntropy,
  focal,
  triplet,
  mse,
  mae,
  huber,
  quantile,
  bpr,
  reconstruction,
  denoising,
  detection,
] as const;

type ParamsOf<T extends readonly Pick<Loss, 'params'>[]> = { -readonly [K in keyof T]: T[K]['params'] };

export const LossSpec = z.discriminatedUnion(
  'type',
  losses.map((loss) => loss.params) as unknown as ParamsOf<typeof losses>,
);
export type LossSpec = z.infer<typeof LossSpec>;

type Task = OutputSpec['task'];

const lossesByType = new Map<string, Loss<LossSpec>>(
  losses.map((loss) => [loss.type, loss as unknown as Loss<LossSpec>]),
);
const DEFAULTS: Record<Task, LossSpec> = {
  classification: { type: 'cross-entropy', labelSmoothing: 0 },
  regression: { type: 'mse' },
  translation: { type: 'cross-entropy', labelSmoothing: 0 },
  'image-generation': { type: 'reconstruction' },
  'object-detection': { type: 'detection', gamma: 2, boxWeight: 1 },
};

/** Each token of a text is one of many, as a class is; but its logits say nothing of how like two rows are. */
const TOKEN_LOSSES: readonly string[] = [crossEntropy.type, focal.type];

/** The losses that a task can be trained on. */
export const lossesFor = (task: Task): string[] =>
  losses
    .filter((loss) => (task === 'translation' ? TOKEN_LOSSES.includes(loss.type) : loss.task === task))
    .map(({ type }) => type);

export const defaultLoss = (task: Task): LossSpec => DEFAULTS[task];

/** Whether a loss compares rows of one group. */
export const ranksRows = ({ type }: LossSpec): boolean => lossesByType.get(type)!.ranks === true;

/** Losses [batch] of outputs `y` [batch, …, outputs]; `group` is asked for only where the loss ranks. */
export function rowLosses(
  ops: Ops,
  y: TensorRef,
  target: TensorRef,
  spec: LossSpec,
  group?: () => TensorRef,
): TensorRef {
  const loss = lossesByType.get(spec.type)!;
  const values = loss.task === 'regression' ? ops.reshape(y, { shape: target.shape }) : y;
  return loss.rows(ops, values, target, spec, loss.ranks && group?.());
}

/**
 * The definition that every program reads: features, model, training. Validated here, hashed in canonical form, trained
 * by `train/`, frozen into an artifact.
 */
import * as z from 'zod';
import { estimatorOf } from '../estimators/estimator-of.ts';
import { EstimatorSpec } from '../estimators/estimator-spec.ts';
import { OptimizerSpec } from '../graph/optimizers/list.ts';
import { unknownFeature } from '../model/feature-slices.ts';
import { LossSpec, lossesFor, ranksRows } from '../model/losses/list.ts';
import { namedFeatures } from '../model/model-links.ts';
import { ModelSpec } from '../model/model-spec.ts';
import { featureName } from '../pipeline/feature-name.ts';
import { FeatureSpec } from '../pipeline/feature-spec.ts';
import { targetTokens } from '../pipeline/text/pieces.ts';
import { Sha256 } from '../schema/id.ts';
import { NetworkTask, Task } from '../schema/task.ts';
import { ScheduleSpec } from './schedules/list.ts';

/** Seeds the split, the initial weights, shuffling, dropout and sampling. */
const seed = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
/** `balanced`: rows of rare classes count more, so that each class counts alike. */
const classWeights = z.enum(['none', 'balanced']).optional();

export const TrainingSpec = z.strictObject({
  epochs: z.int().min(1).max(10_000),
  batchSize: z.int().min(1).max(8192),
  /** Batches whose gradients are put together before the weights move: as one batch of so many times the rows, in the memory of one. */
  accumulate: z.int().min(1).max(1024).optional(),
  optimizer: OptimizerSpec,
  seed,
  /** End when validation loss has not improved for `patience` epochs, and keep the best weights. */
  earlyStopping: z.strictObject({ patience: z.int().min(1).max(1000) }).nullable(),
  /** Default: cross-entropy, the squared error for regression, the reconstruction for making pictures. */
  loss: LossSpec.optional(),
  /** How the learning rate changes from step to step; default: not at all. */
  schedule: ScheduleSpec.optional(),
  /** Multiplies the learning rate by `factor` each time that validation loss has not improved for `patience` epochs. */
  reduceOnPlateau: z
    .strictObject({
      patience: z.int().min(1).max(1000),
      factor: z.number().gt(0).lt(1).default(0.5),
    })
    .optional(),
  classWeights,
  /** Times the sum of the squares of all kernels, added to the training loss. */
  l2: z.number().min(0).max(1).optional(),
});
export type TrainingSpec = z.infer<typeof TrainingSpec>;

/** Shares of the rows held out; classes keep their proportions. */
export const SplitSpec = z.strictObject({
  validation: z.number().gt(0).max(0.4),
  test: z.number().gt(0).max(0.4),
  /** `time`: rows are in the order of time, and the last are the test, those before them the validation rows. */
  order: z.enum(['shuffled', 'time']).optional(),
});
export type SplitSpec = z.infer<typeof SplitSpec>;

const shared = {
  schemaVersion: z.literal(1),
  /** The column to predict; of what is learnt without answers, what the answer is called. */
  target: z.string().min(1).max(200),
  features: z.array(FeatureSpec).min(1).max(10_000),
  /** Of ratings, the column of users: the order that each one's items come in is judged too (nDCG). */
  rankWithin: z.string().min(1).max(200).optional(),
  split: SplitSpec,
};

const reportClassWeights = (
  { task, training }: { task: Task; training: { classWeights?: 'none' | 'balanced' | undefined } },
  context: z.RefinementCtx,
): void => {
  if (training.classWeights !== 'balanced' || task === 'classification') return;
  const message = `${task} has no classes to balance; leave it out`;
  context.addIssue({ code: 'custom', path: ['training', 'classWeights'], message });
};

export const NetworkPipeline = z
  .strictObject({
    kind: z.literal('network').optional(),
    task: NetworkTask,
    ...shared,
    /** Hidden blocks in order; the output head follows from the task. */
    model: ModelSpec,
    /** What its weights begin as, those that are named there: sha256 of a safetensors file of `entry/parameter`. */
    initialWeights: Sha256.optional(),
    /** Of a translation, how the target's texts are made into tokens; default: up to 32 of 4,000. */
    targetTokens: targetTokens(z).optional(),
    training: TrainingSpec,
  })
  .superRefine(reportClassWeights)
  .superRefine(({ task, target, targetTokens, features, model, training, rankWithin }, context) => {
    const report = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const names = features.map((feature) => ({ column: featureName(feature) }));
    if (task === 'translation') names.push({ column: target });
    else if (targetTokens) report(['targetTokens'], `${task} says no texts; leave it out`);
    const known = new Set(names.map(({ column }) => column));
    for (const { path, column } of namedFeatures(model)) {
      if (!known.has(column)) report(['model', ...path], unknownFeature(column, names));
    }
    const { loss } = training;
    if (loss && !lossesFor(task).includes(loss.type)) {
      const accepted = lossesFor(task).join(', ');
      report(['training', 'loss'], `the loss "${loss.type}" is not for ${task}; use ${accepted}`);
    }
    if (loss && ranksRows(loss) && rankWithin === undefined) {
      const advice = 'name the column of users as "rankWithin"';
      report(['rankWithin'], `the loss "${loss.type}" learns the order of each user's items; ${advice}`);
    }
  });
export type NetworkPipeline = z.infer<typeof NetworkPipeline>;

const EstimatorPipeline = z
  .strictObject({
    kind: z.literal('estimator'),
    task: Task,
    ...shared,
    /** Trees, neighbours and the like. */
    model: EstimatorSpec,
    training: z.strictObject({ seed, classWeights }),
  })
  .superRefine(reportClassWeights)
  .superRefine(({ task, model }, context) => {
    const { tasks, title } = estimatorOf(model);
    if (tasks.includes(task)) return;
    const message = `${title} is for ${tasks.join(' and ')}, not for ${task}`;
    context.addIssue({ code: 'custom', path: ['model', 'type'], message });
  });
export type EstimatorPipeline = z.infer<typeof EstimatorPipeline>;

/** A network unless its `kind` says otherwise. */
export const PipelineSpec = z.discriminatedUnion('kind', [NetworkPipeline, EstimatorPipeline]);
export type PipelineSpec = z.infer<typeof PipelineSpec>;

export const isNetwork = (spec: PipelineSpec): spec is NetworkPipeline => spec.kind !== 'estimator';

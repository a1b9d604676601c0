/** One network trained by several workers, whose weights are averaged in rounds: as its owner asks for it, and as a run tells of it. */
import * as z from 'zod';
import { idOf } from './id.ts';

/** Epochs between two averagings. */
export const EpochsPerRound = z
  .number()
  .positive()
  .refine((epochs) => Number.isInteger(epochs) || Math.abs(1 / epochs - Math.round(1 / epochs)) < 1e-9, {
    error: 'expected a whole number of epochs, or one over a whole number, such as 0.25',
  });

/**
 * Whose rows a worker learns from. `shards`: a part of the dataset's. `private`: the first learns from the dataset, each other from rows
 * of the same columns that never leave it; features are fitted to the dataset.
 */
export const ROWS_OF_WORKERS = ['shards', 'private'] as const;

export const AveragingOptions = z
  .strictObject({
    workers: z.int().min(2).max(64),
    rows: z.enum(ROWS_OF_WORKERS).default('shards'),
    /** By default a quarter of an epoch, or a whole one where the optimiser is `sgd`. */
    epochsPerRound: EpochsPerRound.optional(),
    /** Nesterov momentum of the steps from round to round; by default 0.8, or 0 where the optimiser is `sgd`. */
    momentum: z.number().min(0).lt(1).optional(),
    /** Workers without whose answers no round closes; by default all, of private rows half, two at least. */
    quorum: z.int().min(1).optional(),
    /** With a quorum a round closes so long after its first answer, without those who are missing. */
    deadlineSeconds: z.number().positive().max(86_400).default(60),
    /** Longest step of one worker in a round (Euclidean norm of all weights); longer ones are shortened. */
    clipNorm: z.number().positive().optional(),
    /** Standard deviation of Gaussian noise on the sum of the steps ÷ `clipNorm`. */
    noiseMultiplier: z.number().positive().optional(),
  })
  .superRefine(({ workers, quorum, clipNorm, noiseMultiplier }, context) => {
    const report = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (quorum !== undefined && quorum > workers)
      report('quorum', `${quorum} is more than the ${workers} workers`);
    if (noiseMultiplier !== undefined && clipNorm === undefined)
      report('clipNorm', 'noise hides only what is clipped; give the longest step of a worker, such as 1');
  });
export type AveragingOptions = z.infer<typeof AveragingOptions>;

/** A run's place among the workers of one training. */
export const Team = z.object({
  /** The run that keeps the model; the others only help it. */
  lead: idOf('run'),
  /** 0 is the lead's. */
  rank: z.int().min(0),
  size: z.int().min(2),
  rows: z.enum(ROWS_OF_WORKERS),
  epochsPerRound: EpochsPerRound,
});
export type Team = z.infer<typeof Team>;

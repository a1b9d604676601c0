/** What the workers of a training agree on, of what its owner asked for and its definition. */
import type { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { AppError } from '../errors.ts';
import type { AveragingOptions } from '../schema/averaging.ts';
import { type Rules, roundsOf } from './rules.ts';

/** What did best on MNIST (`npm run bench -- federated`): a plain mean each epoch suits plain descent. */
const DEFAULTS = { sgd: { epochsPerRound: 1, momentum: 0 }, others: { epochsPerRound: 0.25, momentum: 0.8 } };

/** Throws AppError `invalid_pipeline` for a definition that workers cannot train together. */
export function agree(
  { training }: NetworkPipeline,
  { workers, rows, deadlineSeconds, clipNorm, noiseMultiplier, ...asked }: AveragingOptions,
): { rules: Rules; epochsPerRound: number } {
  if (training.reduceOnPlateau)
    throw new AppError(
      'invalid_pipeline',
      'training.reduceOnPlateau: workers would lower their learning rates apart; leave it out, or give a schedule',
    );
  const usual = DEFAULTS[training.optimizer.type === 'sgd' ? 'sgd' : 'others'];
  const { epochsPerRound = usual.epochsPerRound, momentum = usual.momentum } = asked;
  return {
    epochsPerRound,
    rules: {
      participants: workers,
      // one alone learns nothing of the others
      quorum: asked.quorum ?? (rows === 'private' ? Math.max(2, Math.ceil(workers / 2)) : workers),
      deadlineMs: deadlineSeconds * 1000,
      ...roundsOf(training, epochsPerRound),
      ...(momentum > 0 && { momentum }),
      ...(clipNorm !== undefined && { clipNorm }),
      ...(noiseMultiplier !== undefined && { noiseMultiplier }),
    },
  };
}

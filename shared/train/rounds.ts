/** What a participant of an averaged training does at the end of each round: tells its weights, and goes on from the mean. */
import type { TrainingSpec } from '../definition/pipeline-spec.ts';
import { AppError } from '../errors.ts';
import type { Average } from '../federated/round.ts';
import { endOfRound, roundsOf } from '../federated/rules.ts';
import { EpochsPerRound } from '../schema/averaging.ts';
import type { Position } from './checkpoint.ts';
import type { Averaging } from './train-options.ts';
import type { Trainer } from './trainer.ts';

interface Participation {
  averaging: Averaging | undefined;
  trainer: Trainer;
  rows: { train: number; validation: number };
  weights: number;
  training: Pick<TrainingSpec, 'epochs' | 'reduceOnPlateau'>;
  stepsPerEpoch: number;
}

const FIRST = { number: 0, loss: null, done: false };

/** Of a training without `averaging` no round ever ends. Throws AppError `invalid_request`. */
export function createRounds(given: Participation) {
  const { averaging, trainer, rows, weights: trainable, training, stepsPerEpoch } = given;
  const every = averaging ? requireEvery(averaging.epochsPerRound) : 0;
  const extent = { epochs: training.epochs, stepsPerEpoch };
  if (averaging && training.reduceOnPlateau) {
    throw new AppError(
      'invalid_pipeline',
      'training.reduceOnPlateau: participants of an averaged training would lower their rates apart; leave it out, or give a schedule',
    );
  }
  const last = averaging ? roundsOf({ ...training, earlyStopping: null }, every).rounds : 0;
  const endOf = ({ round = FIRST }: Position) =>
    averaging && !round.done ? endOfRound(round.number, every, extent) : Number.POSITIVE_INFINITY;

  return {
    isDue: (at: Position) => at.step >= endOf(at) && !isLast(at),
    /** Once all is learnt: the loss of the last mean is still to be told, and the best one to be heard. */
    isLast,
    stepsLeft: (at: Position) => endOf(at) - at.step,

    async tell({ round: { number, loss } = FIRST }: Position): Promise<Average> {
      const weights = await trainer.readLearnt();
      return averaging!.exchange({
        ...{ participant: averaging!.participant, round: number, rows: rows.train, weights },
        statistics: weights.length - trainable,
        ...(loss !== null && { validation: { loss, rows: rows.validation } }),
      });
    },

    /** One that comes late goes on where the others are. */
    async goOn(at: Position, { round, weights, done }: Average): Promise<Position> {
      await trainer.writeLearnt(weights);
      const step = Math.max(at.step, endOfRound(round - 1, every, extent));
      return { ...at, step, round: { number: round, loss: null, done } };
    },

    /** The validation loss is of what the last round gave, if no step was taken since. */
    judged: ({ step, round }: Position, loss: number): Pick<Position, 'round'> => {
      if (!round) return {};
      const isMean = step === endOfRound(round.number - 1, every, extent);
      return { round: { ...round, loss: isMean ? loss : null } };
    },
  };

  function isLast({ round }: Position): boolean {
    return round !== undefined && !round.done && round.number > last;
  }
}

function requireEvery(epochs: number): number {
  if (EpochsPerRound.safeParse(epochs).success) return epochs;
  throw new AppError(
    'invalid_request',
    `averaging.epochsPerRound is ${epochs}; expected a whole number of epochs, or one over a whole number, such as 0.25`,
  );
}

/**
 * One round of an averaged training: the updates of its participants become one vector of weights, the mean weighted by rows (FedAvg,
 * McMahan et al. 2017, Communication-efficient learning of deep networks from decentralized data). An update is added and let go: what is
 * held is the vector that the round began with, in float32, and a sum in float64, so that the order of arrival does not show.
 */
import { AppError } from '../errors.ts';
import { addNoise, type Noise } from './noise.ts';

/** What a participant says at the end of a round; plain values. */
export interface Update {
  participant: string;
  /** Number of the round; in round 0 all say what they begin with. */
  round: number;
  /** Rows that it learnt from. */
  rows: number;
  /** Weights, then statistics of the model's own (moving means and variances). */
  weights: Float32Array;
  /** How many of those are statistics. */
  statistics: number;
  /** Mean loss of its validation rows by the weights that the round began with, where it was measured. */
  validation?: { loss: number; rows: number };
}

/** What it hears when the round is closed, or is told at once if that was long ago. */
export interface Average {
  /** The round to work on from here. */
  round: number;
  weights: Float32Array;
  /** There is no further round: these are the weights to keep. */
  done: boolean;
}

export interface Round {
  number: number;
  /** What it began with; null in round 0. */
  base: Float32Array | null;
  /** Of (weights − base) · weight; empty until the first update. */
  sum: Float64Array;
  /** How many of its last numbers are statistics. */
  statistics: number;
  /** Sum of the updates' weights. */
  weight: number;
  answered: string[];
}

/** What becomes of the updates on their way into the mean. */
export interface Privacy {
  /** Longest step that one participant can take in a round: longer ones are shortened to it (Euclidean norm of all weights). */
  clipNorm?: number | undefined;
  /** With noise each participant counts alike, or the numbers of rows would have to be kept secret too. */
  noise?: Noise | undefined;
}

/** The coordinator's own optimiser. */
export interface Outer {
  momentum: number;
  velocity: Float32Array;
}

export const openRound = (number: number, base: Float32Array | null): Round => ({
  ...{ number, base, sum: new Float64Array(0), statistics: 0, weight: 0, answered: [] },
});

/** Throws AppError `invalid_request` for an update that fits the others not, or that holds what is no number. */
export function addUpdate(round: Round, update: Update, { clipNorm, noise }: Privacy = {}): void {
  const { participant, rows, weights, statistics } = update;
  const { base } = round;
  const length = base?.length ?? (round.sum.length || weights.length);
  if (!Number.isInteger(rows) || rows < 1) throw refuse(update, 'rows', rows, 'a whole number from 1 on');
  if (weights.length !== length) throw refuse(update, 'weights', weights.length, `${length} numbers`);
  const expected = round.weight > 0 ? round.statistics : statistics;
  if (statistics !== expected || !(statistics >= 0 && statistics <= length)) {
    throw refuse(update, 'statistics', statistics, `${round.weight > 0 ? expected : `0 to ${length}`}`);
  }
  if (noise && statistics > 0) {
    throw new AppError(
      'unsupported',
      'Noise would spoil the moving variances of "batch-norm"; put "layer-norm" in its place',
    );
  }
  const norm = stepNorm(weights, base, length - statistics);
  if (!Number.isFinite(norm)) throw refuse(update, 'weights', norm, 'finite numbers');

  if (round.sum.length === 0) Object.assign(round, { sum: new Float64Array(length), statistics });
  const weight = noise ? 1 : rows;
  const share = base && clipNorm !== undefined && norm > clipNorm ? clipNorm / norm : 1;
  const { sum } = round;
  for (let i = 0; i < length; i++) {
    const by = i < length - statistics ? weight * share : weight;
    sum[i]! += by * (weights[i]! - (base?.[i] ?? 0));
  }
  round.weight += weight;
  round.answered.push(participant);
}

/**
 * What the next round begins with; the sum is spent. `velocity` is moved: the mean step goes on as a ball would, by Nesterov's momentum
 * (FedAvgM, Hsu et al. 2019; as the outer optimiser of DiLoCo, Douillard et al. 2023, with a rate of 1). Statistics are averaged only.
 */
export function closeRound(
  { base, sum, weight, statistics }: Round,
  { clipNorm, noise }: Privacy = {},
  { momentum, velocity }: Outer = { momentum: 0, velocity: new Float32Array(0) },
): Float32Array {
  if (!base) return Float32Array.from(sum, (total) => total / weight);
  if (noise) addNoise(sum, noise.multiplier * clipNorm!, noise.uniform);
  const moved = momentum === 0 ? 0 : sum.length - statistics;
  return Float32Array.from(sum, (total, i) => {
    const step = total / weight;
    if (i >= moved) return base[i]! + step;
    velocity[i] = momentum * velocity[i]! + step;
    return base[i]! + step + momentum * velocity[i]!;
  });
}

/** Length of the step from `base`; not finite if anything in `weights` is not. */
function stepNorm(weights: Float32Array, base: Float32Array | null, trainable: number): number {
  let squares = 0;
  for (let i = 0; i < trainable; i++) squares += (weights[i]! - (base?.[i] ?? 0)) ** 2;
  for (let i = trainable; i < weights.length; i++) squares += 0 * weights[i]!;
  return Math.sqrt(squares);
}

const refuse = ({ participant, round }: Update, field: string, value: number, expected: string): AppError =>
  new AppError(
    'invalid_request',
    `update of "${participant}" for round ${round}: ${field} is ${value}; expected ${expected}`,
  );

/**
 * Who leads an averaged training, as a state of plain values and what is done to it: whoever holds it takes one call at a time, and keeps
 * the clock. A round closes when all who are waited for have answered, or at its deadline with a quorum; who missed it is not waited for
 * until heard of again. An update for a closed round is refused, and its sender told where the others stand.
 */
import { AppError } from '../errors.ts';
import type { Noise } from './noise.ts';
import {
  type Average,
  addUpdate,
  closeRound,
  openRound,
  type Privacy,
  type Round,
  type Update,
} from './round.ts';
import type { Rules } from './rules.ts';

export interface Coordination {
  rules: Rules;
  round: Round;
  /** Participants without whom the round does not close before its deadline. */
  awaited: string[];
  /** When the round had its first answer, ms. */
  since: number | null;
  /** Of the validation losses of what the round began with: sum over rows, and rows. */
  judged: { loss: number; rows: number };
  /** Of the momentum; a third vector where there is any, wanted only when a round closes. */
  velocity: Float32Array;
  /** With `patience`: the best so far, and how many judged rounds ago that was. */
  best: { loss: number; weights: Float32Array } | null;
  waited: number;
  done: boolean;
}

export const coordinate = (rules: Rules): Coordination => ({
  ...{ rules, round: openRound(0, null), awaited: [], since: null, judged: { loss: 0, rows: 0 } },
  ...{ velocity: new Float32Array(0), best: null, waited: 0, done: false },
});

/**
 * `counted`; `known`: it was counted before, as when a participant that died says it again; `late`: its round is closed, and it is to be
 * told `standing`. Throws AppError `invalid_request` for an update that is wrong, `conflict` for one of a round to come.
 */
export function receive(state: Coordination, update: Update, now: number): 'counted' | 'known' | 'late' {
  const { round, awaited } = state;
  const { participant, validation } = update;
  if (update.round > round.number) {
    throw new AppError(
      'conflict',
      `update of "${participant}" is for round ${update.round}, and the others work on round ${round.number}`,
    );
  }
  if (state.done) return 'late';
  if (!awaited.includes(participant)) awaited.push(participant);
  if (update.round < round.number) return 'late';
  if (round.answered.includes(participant)) return 'known';
  addUpdate(round, update, privacyOf(state.rules));
  if (validation) {
    state.judged.loss += validation.loss * validation.rows;
    state.judged.rows += validation.rows;
  }
  state.since ??= now;
  return 'counted';
}

/** When the round may be closed, ms: 0 at once, null not before more have answered. */
export function closesAt({ rules, round, awaited, since, done }: Coordination): number | null {
  const { length } = round.answered;
  if (done || since === null || length < rules.quorum) return null;
  const isFull = round.number > 0 || length >= rules.participants;
  return isFull && length === awaited.length ? 0 : since + rules.deadlineMs;
}

/** Closes the round and opens the next. `uniform`: see `Noise`. */
export function close(state: Coordination, uniform: Noise['uniform']): Average {
  const { rules, round, judged } = state;
  if (rules.patience !== undefined && round.base && judged.rows > 0) judge(state, judged.loss / judged.rows);
  const isOver = round.number >= rules.rounds + (rules.patience === undefined ? 0 : 1);
  const next = round.number > rules.rounds ? round.base! : step(state, uniform);
  state.done = isOver || state.waited >= (rules.patience ?? Number.POSITIVE_INFINITY);
  state.awaited = round.answered;
  state.round = openRound(round.number + 1, (state.done && state.best?.weights) || next);
  state.since = null;
  state.judged = { loss: 0, rows: 0 };
  return standing(state);
}

/** What the last closed round gave. */
export const standing = ({ round, done }: Coordination): Average => ({
  ...{ round: round.number, weights: round.base!, done },
});

function step(state: Coordination, uniform: Noise['uniform']): Float32Array {
  const { rules, round } = state;
  const { momentum = 0 } = rules;
  if (momentum > 0 && state.velocity.length === 0) state.velocity = new Float32Array(round.sum.length);
  return closeRound(round, privacyOf(rules, uniform), { momentum, velocity: state.velocity });
}

function judge(state: Coordination, loss: number): void {
  const isBetter = state.best === null || loss < state.best.loss;
  if (isBetter) state.best = { loss, weights: state.round.base! };
  state.waited = isBetter ? 0 : state.waited + 1;
}

const NOT_DRAWN = () => {
  throw new Error('noise is drawn when a round closes');
};
const privacyOf = ({ clipNorm, noiseMultiplier }: Rules, uniform: Noise['uniform'] = NOT_DRAWN): Privacy => ({
  clipNorm,
  noise: noiseMultiplier === undefined ? undefined : { multiplier: noiseMultiplier, uniform },
});

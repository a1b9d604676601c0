/**
 * Brackets of successive halving, filled one after the other: so many new trials at the first rung; when all of them have ended, the best go on
 * from their checkpoints to the next. Where a bracket waits for trials that run, the next one begins.
 */
import type { Trial } from '../../schema/sweep.ts';
import { newTrials } from '../budget.ts';
import { isEnded, ranked } from '../trial-cost.ts';
import type { Plan, Scheduled } from './scheduler.ts';

export interface Rung {
  trials: number;
  epochs: number;
}

/** Rungs from the lowest to the highest. */
export type Bracket = readonly Rung[];

/** `trials` at the first of `epochs`, a share of 1 ÷ `eta` of them at each further one while one is left. */
export function bracketOf(trials: number, epochs: readonly number[], eta: number): Bracket {
  return epochs
    .map((at, i) => ({ trials: Math.floor(trials / eta ** i), epochs: at }))
    .filter((rung) => rung.trials >= 1);
}

/** `brackets` are gone through again and again. */
export function nextInBrackets(brackets: readonly Bracket[], search: Scheduled): Plan | 'wait' | 'exhausted' {
  const fresh = newTrials(search.trials);
  let isWaiting = false;
  for (let turn = 0, first = 0; first <= fresh.length; turn++) {
    const bracket = brackets[turn % brackets.length]!;
    const size = bracket[0]!.trials;
    const members = fresh.slice(first, first + size);
    first += size;
    if (members.length < size && search.newLeft > 0) return { epochs: bracket[0]!.epochs };
    const next = promotion(bracket, members, search);
    if (typeof next === 'object') return next;
    isWaiting ||= next === 'wait';
  }
  return isWaiting ? 'wait' : 'exhausted';
}

/** The best trial of a rung that is complete and that has not yet gone on. */
function promotion(bracket: Bracket, members: readonly Trial[], search: Scheduled): Plan | 'wait' | 'done' {
  let rung = members;
  for (const [i, { trials }] of bracket.slice(1).entries()) {
    if (rung.some((trial) => !isEnded(trial))) return 'wait';
    // of a bracket that the budget cut short, the same share
    const places = Math.min(trials, Math.max(1, Math.floor((rung.length * trials) / bracket[i]!.trials)));
    const able = new Set(rung.filter(({ state }) => state === 'finished'));
    const best = ranked(rung, search)
      .filter((trial) => able.has(trial))
      .slice(0, places);
    const goingOn = new Map(search.trials.map((trial) => [trial.from, trial]));
    const waiting = best.find(({ number }) => !goingOn.has(number));
    if (waiting) {
      const { number: from, parameters } = waiting;
      return { epochs: bracket[i + 1]!.epochs, from, parameters };
    }
    rung = best.map(({ number }) => goingOn.get(number)!);
  }
  return rung.some((trial) => !isEnded(trial)) ? 'wait' : 'done';
}

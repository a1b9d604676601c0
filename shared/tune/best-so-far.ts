/** What a search has found: its best trial as the epochs went by, or, of several objectives, the trials that no other is better than. */
import type { Constraint, Objective, Trial } from '../schema/sweep.ts';
import { epochsOf } from './budget.ts';
import { nondominationRanks } from './pareto.ts';
import { costsOf, isJudged, scoreOf, violationOf } from './trial-cost.ts';

interface Goals {
  objectives: readonly Objective[];
  constraints: readonly Constraint[];
}

export interface Improvement {
  trial: number;
  /** Of all trials up to and with this one. */
  epochs: number;
  value: number;
}

const mayWin = (trial: Trial, { objectives, constraints }: Goals): boolean =>
  isJudged(trial) && costsOf(trial, objectives) !== null && violationOf(trial, constraints) === 0;

/** Each trial that was better by the first objective than all before it, in the order of their numbers; the last is the best. */
export function bestSoFar(goals: Goals, trials: readonly Trial[]): Improvement[] {
  const improvements: Improvement[] = [];
  let least = Number.POSITIVE_INFINITY;
  let epochs = 0;
  for (const trial of trials) {
    epochs += epochsOf(trial, trials);
    if (!mayWin(trial, goals)) continue;
    const [cost] = costsOf(trial, goals.objectives) as [number];
    if (cost >= least) continue;
    least = cost;
    improvements.push({ trial: trial.number, epochs, value: scoreOf(trial, goals.objectives)! });
  }
  return improvements;
}

/** The trials that keep the limits and that no other such trial is better than in everything. */
export function paretoFront(goals: Goals, trials: readonly Trial[]): Trial[] {
  const able = trials.filter((trial) => mayWin(trial, goals));
  const ranks = nondominationRanks(able.map((trial) => costsOf(trial, goals.objectives)!));
  return able.filter((_, i) => ranks[i] === 0);
}

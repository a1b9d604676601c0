/**
 * A race of templates under a budget of time, by successive halving: in each round every template that is still in it is trained
 * `eta` times as often as in the one before, first as it is and then with parameters that TPE suggests; after it the best go on, and
 * the last one has all the time that is left. A pure function of the trials so far.
 */
import type { Objective, Parameters, Trial } from '../../schema/sweep.ts';
import { suggestTrial } from '../suggest-trial.ts';
import { SweepSpec } from '../sweep-spec.ts';
import { costsOf, isEnded, isJudged } from '../trial-cost.ts';
import type { Candidate } from './candidates.ts';

export interface Race {
  /** Best first, as far as one knows. */
  candidates: readonly Candidate[];
  objective: Objective;
  /** Of training, of all together. */
  seconds: number;
  seed: number;
  /** Of the templates in a round, one in so many goes on. */
  eta?: number;
}

export type RaceTrial = Trial & { template: string };

export interface RaceSuggestion {
  template: string;
  /** What differs from the template's own definition. */
  parameters: Parameters;
}

/** `trials`: all of them, in the order of their numbers. `wait`: until one that runs has ended. */
export function nextInRace(race: Race, trials: readonly RaceTrial[]): RaceSuggestion | 'wait' | 'exhausted' {
  const { eta = 3, seconds } = race;
  const trialsOf = ({ template }: Candidate) => trials.filter((trial) => trial.template === template);
  const left = seconds - trials.reduce((sum, { measures }) => sum + (measures?.trainingSeconds ?? 0), 0);
  let racing = race.candidates;
  for (let round = 0, wanted = 1; racing.length > 0; round++, wanted += eta ** round) {
    const most = racing.length === 1 ? Number.POSITIVE_INFINITY : wanted;
    const open = racing
      .filter((one) => trialsOf(one).length < limitOf(one, most) && left > 0)
      .filter((one) => secondsOf(one, trialsOf(one)) <= left)
      .sort((a, b) => trialsOf(a).length - trialsOf(b).length);
    for (const candidate of open) {
      const parameters = suggest(candidate, trialsOf(candidate), race);
      if (parameters) return { template: candidate.template, parameters };
    }
    if (racing.some((one) => trialsOf(one).some((trial) => !isEnded(trial)))) return 'wait';
    if (racing.length === 1) return 'exhausted';
    racing = bestOf(racing, Math.max(1, Math.floor(racing.length / eta)), trialsOf, race.objective);
  }
  return 'exhausted';
}

/** A template without parameters is tried once. */
const limitOf = ({ space }: Candidate, wanted: number): number =>
  Object.keys(space).length === 0 ? 1 : wanted;

/** Of a training: as its trials took on average, or as estimated. */
function secondsOf({ seconds }: Candidate, trials: readonly Trial[]): number {
  const times = trials.flatMap(({ measures }) => measures?.trainingSeconds ?? []);
  return times.length > 0 ? times.reduce((sum, time) => sum + time, 0) / times.length : seconds;
}

/** First nothing at all: the template as it is. */
function suggest(
  { space }: Candidate,
  trials: readonly Trial[],
  { objective, seed }: Race,
): Parameters | null {
  if (trials.length === 0) return {};
  const sweep = SweepSpec.parse({
    ...{ parameters: space, objective: [objective], parallel: 1000 },
    sampler: { type: 'tpe', seed, startupTrials: 5 },
    budget: { trials: trials.length + 1 },
  });
  const suggestion = suggestTrial(sweep, trials);
  return typeof suggestion === 'string' ? null : suggestion.parameters;
}

function bestOf(
  candidates: readonly Candidate[],
  count: number,
  trialsOf: (candidate: Candidate) => readonly Trial[],
  objective: Objective,
): Candidate[] {
  const least = (candidate: Candidate) =>
    Math.min(
      ...trialsOf(candidate)
        .filter(isJudged)
        .flatMap((trial) => costsOf(trial, [objective]) ?? []),
    );
  return candidates
    .map((candidate) => ({ candidate, cost: least(candidate) }))
    .filter(({ cost }) => cost < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.cost - b.cost)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

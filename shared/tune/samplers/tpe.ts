/**
 * Tree-structured Parzen estimator (Bergstra et al. 2011; as Watanabe 2023 describes it): of the trials so far the best make one density,
 * all others another, and of some candidates drawn from the first the one is taken that is likeliest to be among the best. Trials that are still
 * running, and those that failed, count among the others, so that workers keep apart.
 */
import * as z from 'zod';
import { canonicalJson } from '../../definition/canonical.ts';
import { createRandom } from '../../graph/random.ts';
import type { Parameters, Trial } from '../../schema/sweep.ts';
import { cellOf, sizeOf, valueAt } from '../dimension.ts';
import { fill, inOrder, type Space, sampleParameters } from '../search-space.ts';
import { Seed } from '../seed.ts';
import { isEnded, ranked } from '../trial-cost.ts';
import { type Point, parzenEstimator } from './parzen-estimator.ts';
import type { Sampler } from './sampler.ts';

const Tpe = z.strictObject({
  type: z.literal('tpe'),
  seed: Seed,
  /** Drawn at random until so many trials have ended. */
  startupTrials: z.int().min(1).max(1000).default(10),
  /** Candidates of which the likeliest is taken. */
  candidates: z.int().min(1).max(1000).default(24),
  /** Share of the trials that count as good; at most 25 do. */
  gamma: z.number().gt(0).lt(1).default(0.2),
});

const STREAM = 0x73e1;
const GOOD_MOST = 25;

export const tpe = {
  type: 'tpe',
  summary: 'Looks where good trials are more frequent than others (tree-structured Parzen estimator).',
  params: Tpe,
  suggest({ seed, startupTrials, candidates, gamma }, search) {
    const { space } = search;
    const random = createRandom(seed, STREAM, search.trials.length);
    const trials = furthest(search.trials);
    const best = ranked(trials, search);
    if (best.length < startupTrials) return sampleParameters(space, random);
    const isGood = new Set(best.slice(0, Math.min(Math.ceil(gamma * best.length), GOOD_MOST)));
    const entries = inOrder(space);
    const dimensions = entries.map(([, dimension]) => dimension);
    const pointOf = (parameters: Parameters): Point =>
      entries.map(([path, dimension]) =>
        Object.hasOwn(parameters, path) ? cellOf(dimension, parameters[path]!) : null,
      );
    const pointsOf = (wanted: (trial: Trial) => boolean) =>
      trials.filter(wanted).map(({ parameters }) => pointOf(parameters));
    const good = parzenEstimator(
      dimensions,
      pointsOf((trial) => isGood.has(trial)),
    );
    const other = parzenEstimator(
      dimensions,
      pointsOf((trial) => !isGood.has(trial)),
    );
    const places = new Map(entries.map(([path], place) => [path, place]));

    const drawn = Array.from({ length: candidates }, () => {
      const kernel = good.pick(random);
      return fill(space, (path, dimension) => valueAt(dimension, kernel.draw(places.get(path)!)));
    });
    const tried = new Set(
      isCountable(space) ? trials.map(({ parameters }) => canonicalJson(parameters)) : [],
    );
    const fresh = drawn.filter((parameters) => !tried.has(canonicalJson(parameters)));
    if (fresh.length === 0) return sampleParameters(space, random);
    const scores = fresh.map((parameters) => {
      const point = pointOf(parameters);
      return good.logDensity(point) - other.logDensity(point);
    });
    return fresh[scores.indexOf(Math.max(...scores))]!;
  },
} satisfies Sampler<z.infer<typeof Tpe>>;

/** Of trials that go on with the same parameters the last alone. */
function furthest(trials: readonly Trial[]): Trial[] {
  const byNumber = new Map(trials.map((trial) => [trial.number, trial]));
  const passed = new Set(
    trials.flatMap((trial) => {
      const before = trial.from === undefined ? undefined : byNumber.get(trial.from);
      const isSame =
        before && isEnded(trial) && canonicalJson(before.parameters) === canonicalJson(trial.parameters);
      return isSame ? [before] : [];
    }),
  );
  return trials.filter((trial) => !passed.has(trial));
}

/** Whether the same parameters can come up twice by chance. */
const isCountable = (space: Space): boolean =>
  Object.values(space).every((dimension) => sizeOf(dimension) < Number.POSITIVE_INFINITY);

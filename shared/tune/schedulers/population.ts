/**
 * Population-based training (Jaderberg et al. 2017), by generations of `interval` epochs: a member among the worst takes over the weights and
 * parameters of one among the best, a little changed; the others go on as they are.
 */
import * as z from 'zod';
import { createRandom } from '../../graph/random.ts';
import type { Json, Objective, Parameters, Trial } from '../../schema/sweep.ts';
import { cellOf, namesOf, nearest, valueAt } from '../dimension.ts';
import { fill, type Space } from '../search-space.ts';
import { Seed } from '../seed.ts';
import { costOf, isEnded } from '../trial-cost.ts';
import type { Scheduler } from './scheduler.ts';

const Population = z.strictObject({
  type: z.literal('population'),
  seed: Seed,
  /** Members. */
  population: z.int().min(2).max(1000).default(8),
  /** Epochs between two looks at the others. */
  interval: z.int().min(1),
  maxEpochs: z.int().min(1).max(10_000),
  /** Share of the members that counts as the best, and as the worst. */
  quantile: z.number().gt(0).max(0.5).default(0.25),
  /** Parameters that are changed on the way; default: all. What is not changed is taken over. */
  perturb: z.array(z.string()).min(1).optional(),
});

const STREAM = 0x9b7;
const FACTORS = [0.8, 1.2] as const;
/** How often a parameter is drawn anew rather than changed a little. */
const ANEW = 0.25;

export const population = {
  type: 'population',
  summary: 'The worst of a population go on from the weights of the best, with parameters a little changed.',
  params: Population,
  maxEpochs: ({ maxEpochs }) => maxEpochs,
  perturbs: ({ perturb }, paths) => perturb ?? paths,
  next({ seed, population: wanted, interval, maxEpochs, quantile, perturb }, search) {
    const { trials, space, newLeft, objectives } = search;
    const first = trials.filter(({ from }) => from === undefined);
    if (first.length < wanted && newLeft > 0) return { epochs: Math.min(interval, maxEpochs) };
    for (let epochs = interval, members = first; epochs < maxEpochs; ) {
      if (members.some((trial) => !isEnded(trial))) return 'wait';
      epochs = Math.min(epochs + interval, maxEpochs);
      const following = trials.filter((trial) => trial.from !== undefined && trial.epochs === epochs);
      if (following.length < members.length) {
        const random = createRandom(seed, STREAM, trials.length);
        const { best, isWorst } = standing(members, quantile, objectives[0]!);
        if (best.length === 0) return 'exhausted';
        // a member's place in its generation is its place in the next
        const own = members[following.length]!;
        if (!isWorst.has(own)) return { epochs, from: own.number, parameters: own.parameters };
        const taken = best[Math.floor(random() * best.length)]!;
        const changed = perturbed(space, taken.parameters, perturb ?? Object.keys(space), random);
        return { epochs, from: taken.number, parameters: changed };
      }
      members = following;
    }
    return 'exhausted';
  },
} satisfies Scheduler<z.infer<typeof Population>>;

/** By the last report; who has none, or failed, is among the worst. */
function standing(members: readonly Trial[], quantile: number, objective: Objective) {
  const able = members
    .filter(({ state, reports }) => state === 'finished' && reports.length > 0)
    .sort((a, b) => lastCost(a, objective) - lastCost(b, objective));
  const count = Math.max(1, Math.floor(quantile * members.length));
  const worst = able.slice(Math.max(count, able.length - count));
  return {
    best: able.slice(0, count),
    isWorst: new Set([...worst, ...members.filter((trial) => !able.includes(trial))]),
  };
}

const lastCost = ({ reports }: Trial, objective: Objective): number =>
  costOf(reports.at(-1)!.value, objective);

function perturbed(
  space: Space,
  parameters: Parameters,
  paths: readonly string[],
  random: () => number,
): Parameters {
  return fill(space, (path, dimension): Json => {
    const value = parameters[path];
    if (value === undefined) return valueAt(dimension, random());
    if (!paths.includes(path)) return value;
    if (random() < ANEW) return valueAt(dimension, random());
    const isMore = random() < 0.5;
    if (dimension.type !== 'choice') return nearest(dimension, Number(value) * FACTORS[isMore ? 1 : 0]);
    const names = namesOf(dimension);
    const at = Math.round(cellOf(dimension, value)![0] * names.length) + (isMore ? 1 : -1);
    return names[Math.min(Math.max(at, 0), names.length - 1)]!;
  });
}

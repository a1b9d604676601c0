/**
 * Greedy ensemble selection (Caruana et al. 2004): of several models' predictions for the validation rows the one is added, again and
 * again and also twice, with which the mean of all is best. Whether that helps is judged on rows that the choice has not seen.
 */
import { AppError } from '../errors.ts';
import { measure } from '../evaluate/evaluate.ts';
import type { ClassificationOutcome, RegressionOutcome } from '../evaluate/metric.ts';
import { createRandom, shuffle } from '../graph/random.ts';
import { type MetricName, traitsOf } from '../schema/metric.ts';

/** A model's predictions for the validation rows, the same for all. */
export interface Member {
  name: string;
  outcome: ClassificationOutcome | RegressionOutcome;
}

export interface Ensemble {
  /** Of each model that is in it its share of the mean; the shares add up to 1. */
  weights: Record<string, number>;
  score: number;
  /** The best model alone. */
  single: { name: string; score: number };
  /** What both have on rows that were held out of the choice, each row once. */
  heldOut: { ensemble: number; single: number };
  /** Whether it is better than the best model alone on those, by so much that several models are worth their cost. */
  helps: boolean;
}

const ROUNDS = 20;
/** Share of the best model's score that an ensemble has to gain. */
const LEAST_GAIN = 0.005;
const FOLDS = 5;
const STREAM = 0xe75;

/** Throws AppError `invalid_request` for members that do not belong together, and where they have no such metric. */
export function selectEnsemble(
  members: readonly Member[],
  { metric, seed }: { metric: MetricName; seed: number },
): Ensemble {
  checkMembers(members);
  const rows = members[0]!.outcome.truth.length;
  const costOn = (weights: readonly number[], at?: readonly number[]) =>
    cost(
      mixed(members, () => weights, at ?? range(rows)),
      metric,
    );
  const everyRow = range(rows);
  const weights = select(members, metric, everyRow);
  const best = single(members, metric, everyRow);
  const score = costOn(weights);
  const alone = costOn(best);
  if (!Number.isFinite(score) || !Number.isFinite(alone))
    throw new AppError('invalid_request', `metric: these predictions have no "${metric}"`);

  const foldOf = folds(rows, seed);
  const seen = range(Math.min(FOLDS, rows)).map((fold) => everyRow.filter((row) => foldOf[row] !== fold));
  const chosen = seen.map((own) => select(members, metric, own));
  const alones = seen.map((own) => single(members, metric, own));
  const heldOut = {
    ensemble: cost(
      mixed(members, (row) => chosen[foldOf[row]!]!, everyRow),
      metric,
    ),
    single: cost(
      mixed(members, (row) => alones[foldOf[row]!]!, everyRow),
      metric,
    ),
  };
  const told = (value: number) => value * signOf(metric);
  return {
    weights: Object.fromEntries(
      members.flatMap(({ name }, i) => (weights[i]! > 0 ? [[name, weights[i]!]] : [])),
    ),
    score: told(score),
    single: { name: members[best.indexOf(1)]!.name, score: told(alone) },
    heldOut: { ensemble: told(heldOut.ensemble), single: told(heldOut.single) },
    helps: heldOut.ensemble < heldOut.single - LEAST_GAIN * Math.abs(heldOut.single),
  };
}

function checkMembers(members: readonly Member[]): void {
  const first = members[0];
  if (!first) throw new AppError('invalid_request', 'members: there are none; expected one model or more');
  for (const { name, outcome } of members) {
    const isAlike =
      outcome.task === first.outcome.task &&
      outcome.truth.length === first.outcome.truth.length &&
      outcome.truth.every((value, row) => value === first.outcome.truth[row]);
    if (!isAlike)
      throw new AppError(
        'invalid_request',
        `members: "${name}" was judged on other rows than "${first.name}"; expected the same validation rows for all`,
      );
  }
}

/** Each model's share: the shortest of the best selections up to `ROUNDS` models. */
function select(members: readonly Member[], metric: MetricName, rows: readonly number[]): number[] {
  const counts = members.map(() => 0);
  let best = { cost: Number.POSITIVE_INFINITY, weights: counts.map((_, i): number => (i === 0 ? 1 : 0)) };
  for (let round = 1; round <= ROUNDS; round++) {
    const costs = members.map((_, added) => {
      const weights = counts.map((count, i) => (count + (i === added ? 1 : 0)) / round);
      return cost(
        mixed(members, () => weights, rows),
        metric,
      );
    });
    const added = costs.indexOf(Math.min(...costs));
    counts[added]! += 1;
    if (costs[added]! < best.cost) best = { cost: costs[added]!, weights: counts.map((n) => n / round) };
  }
  return best.weights;
}

/** A share of 1 for the best. */
function single(members: readonly Member[], metric: MetricName, rows: readonly number[]): number[] {
  const alone = members.map((_, i): number[] => members.map((__, j) => (i === j ? 1 : 0)));
  const costs = alone.map((weights) =>
    cost(
      mixed(members, () => weights, rows),
      metric,
    ),
  );
  return alone[costs.indexOf(Math.min(...costs))]!;
}

/** The weighted mean of the members' predictions for `rows`. */
function mixed(
  members: readonly Member[],
  weightsOf: (row: number) => readonly number[],
  rows: readonly number[],
): Member['outcome'] {
  const { outcome } = members[0]!;
  const width = outcome.task === 'regression' ? 1 : outcome.classes;
  const said = members.map(({ outcome: one }) =>
    one.task === 'regression' ? one.values : one.probabilities,
  );
  const means = new Float64Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    const weights = weightsOf(row);
    for (const [member, values] of said.entries()) {
      const weight = weights[member]!;
      if (weight === 0) continue; // it may say what is no number
      for (let at = 0; at < width; at++) means[i * width + at]! += weight * values[row * width + at]!;
    }
  }
  const truth = (row: number) => outcome.truth[row]!;
  return outcome.task === 'regression'
    ? { task: 'regression', values: means, truth: Float64Array.from(rows, truth) }
    : {
        ...{ task: 'classification', classes: width },
        ...{ probabilities: new Float32Array(means), truth: Int32Array.from(rows, truth) },
      };
}

const signOf = (metric: MetricName): 1 | -1 => (traitsOf(metric).better === 'more' ? -1 : 1);

function cost(outcome: Member['outcome'], metric: MetricName): number {
  const value = measure(outcome, metric);
  return value === null ? Number.POSITIVE_INFINITY : value * signOf(metric);
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Of each row the fold that holds it out. */
function folds(rows: number, seed: number): Uint32Array {
  const places = Uint32Array.from({ length: rows }, (_, row) => row % FOLDS);
  return shuffle(places, createRandom(seed, STREAM));
}

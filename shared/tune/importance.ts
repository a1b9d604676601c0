/**
 * Which parameters matter: functional ANOVA over a random forest (Hutter, Hoos and Leyton-Brown 2014). Each tree cuts the unit cube
 * into boxes of one cost; what a parameter does alone is the variance of the mean over all others, found exactly from the boxes. Costs
 * are taken by their ranks, so that one training that went astray does not outweigh all others.
 */
import { binRows } from '../estimators/trees/bins.ts';
import { emptyForest, type ForestInMaking } from '../estimators/trees/forest.ts';
import { growTree } from '../estimators/trees/grow-tree.ts';
import { createRandom } from '../graph/random.ts';
import type { Trial } from '../schema/sweep.ts';
import { unitOf } from './dimension.ts';
import type { SweepSpec } from './sweep-spec.ts';
import { costsOf, isJudged } from './trial-cost.ts';

const TREES = 64;
const STREAM = 0xfa0;
/** Fewer trials say nothing. */
export const TRIALS_LEAST = 8;

export interface Importance {
  /** Share of the variance that each parameter explains alone. */
  parameters: Record<string, number>;
  /** What only several together explain. */
  interactions: number;
}

/**
 * By objective number `objective`; of a trial that was ended early, by its best report. A parameter that a trial lacks counts as the middle
 * of its dimension. Null while there are too few trials, or all are alike.
 */
export function importance(
  { parameters: space, objective: objectives }: Pick<SweepSpec, 'parameters' | 'objective'>,
  trials: readonly Trial[],
  { seed, objective = 0 }: { seed: number; objective?: number },
): Importance | null {
  const judged = trials.filter((trial) => isJudged(trial) && costsOf(trial, objectives));
  const ranks = ranksOf(judged.map((trial) => costsOf(trial, objectives)![objective]!));
  if (judged.length < TRIALS_LEAST || ranks.every((rank) => rank === ranks[0])) return null;
  const entries = Object.entries(space);
  const x = Float32Array.from(
    judged.flatMap(({ parameters }) =>
      entries.map(([path, dimension]) =>
        Object.hasOwn(parameters, path) ? (unitOf(dimension, parameters[path]!) ?? 0.5) : 0.5,
      ),
    ),
  );
  const sums = entries.map(() => 0);
  let counted = 0;
  for (const boxes of forest(x, ranks, entries.length, seed)) {
    const whole = varianceOf(boxes.map(({ value, volume }) => ({ value, share: volume })));
    if (whole === 0) continue;
    counted += 1;
    for (const k of sums.keys()) sums[k]! += mainEffect(boxes, k) / whole;
  }
  if (counted === 0) return null;
  const shares = sums.map((sum) => sum / counted);
  return {
    parameters: Object.fromEntries(entries.map(([path], k) => [path, shares[k]!])),
    interactions: Math.max(0, 1 - shares.reduce((all, share) => all + share, 0)),
  };
}

/** A leaf: where it lies in the unit cube, and what it answers. */
interface Box {
  from: readonly number[];
  to: readonly number[];
  volume: number;
  value: number;
}

function* forest(x: Float32Array, y: readonly number[], width: number, seed: number): Generator<Box[]> {
  const rows = y.length;
  const binned = binRows(x, rows, width);
  const statistics = { g: Float64Array.from(y), w: new Float64Array(rows).fill(1), width: 1 };
  for (let tree = 0; tree < TREES; tree++) {
    const random = createRandom(seed, STREAM, tree);
    const drawn = Uint32Array.from({ length: rows }, () => Math.floor(random() * rows));
    const grown = emptyForest();
    growTree(
      grown,
      binned,
      drawn,
      statistics,
      {
        ...{ leavesMost: Number.POSITIVE_INFINITY, depthMost: 64, rowsLeast: 3, l2: 0, random },
        featuresAtNode: Math.max(1, Math.ceil((2 * width) / 3)),
      },
      1,
    );
    yield boxesOf(grown, grown.roots[0]!, Array(width).fill(0), Array(width).fill(1));
  }
}

function boxesOf(tree: ForestInMaking, node: number, from: number[], to: number[]): Box[] {
  const feature = tree.feature[node]!;
  if (feature < 0) {
    const volume = from.reduce((all, start, k) => all * (to[k]! - start), 1);
    return [{ from, to, volume, value: tree.value[node]! }];
  }
  const threshold = tree.threshold[node]!;
  const left = tree.child[node]!;
  return [
    ...boxesOf(tree, left, from, to.with(feature, threshold)),
    ...boxesOf(tree, left + 1, from.with(feature, threshold), to),
  ];
}

/** Variance of what is left of the answer when it is averaged over all parameters but number `k`. */
function mainEffect(boxes: readonly Box[], k: number): number {
  const cuts = [...new Set(boxes.flatMap(({ from, to }) => [from[k]!, to[k]!]))].sort((a, b) => a - b);
  const pieces = cuts.slice(1).map((end, i) => {
    const start = cuts[i]!;
    const over = boxes.filter(({ from, to }) => from[k]! <= start && to[k]! >= end);
    const value = over.reduce((sum, box) => sum + (box.value * box.volume) / (box.to[k]! - box.from[k]!), 0);
    return { value, share: end - start };
  });
  return varianceOf(pieces);
}

function varianceOf(parts: readonly { value: number; share: number }[]): number {
  const mean = parts.reduce((sum, { value, share }) => sum + value * share, 0);
  return parts.reduce((sum, { value, share }) => sum + share * (value - mean) ** 2, 0);
}

/** From 0 to 1; equals have the middle of their ranks. */
function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((one) => one < value).length;
    const equal = values.filter((one) => one === value).length;
    return (below + (equal - 1) / 2) / Math.max(1, values.length - 1);
  });
}

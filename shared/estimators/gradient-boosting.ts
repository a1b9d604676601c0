/**
 * Gradient-boosted trees on histograms, grown leaf by leaf (as LightGBM and scikit-learn's HistGradientBoosting do): each tree learns
 * what those before it have left over. One tree a round, or one for each class.
 */

import { createRandom } from '../graph/random.ts';
import type { Made, Zod } from '../schema/zod.ts';
import type { Estimator, FitOptions, FitRows } from './estimator.ts';
import { tensorOf } from './learnt.ts';
import { binRows } from './trees/bins.ts';
import { emptyForest, forestOf, keepTrees, leafOf, learntOf } from './trees/forest.ts';
import { growTree } from './trees/grow-tree.ts';

const GradientBoosting = (z: Zod) =>
  z.strictObject({
    type: z.literal('gradient-boosting'),
    /** Most rounds; fewer where the validation loss no longer falls. */
    rounds: z.int().min(1).max(5000).default(300),
    learningRate: z.number().positive().max(1).default(0.1),
    /** Leaves of a tree. */
    leaves: z.int().min(2).max(1024).default(31),
    depth: z.int().min(1).max(64).default(32),
    /** Least rows in a leaf. */
    rowsInLeaf: z.int().min(1).max(100_000).default(20),
    l2: z.number().min(0).max(1e6).default(0),
    /** Share of the features that a node looks at, drawn anew at each. */
    featureShare: z.number().gt(0).max(1).default(1),
    /** Share of the rows that a round learns from, drawn anew for each. */
    rowShare: z.number().gt(0).max(1).default(1),
    /** Ends when the validation loss has not fallen for so many rounds; the best round counts. Null: all rounds. */
    patience: z.int().min(1).max(5000).nullable().default(20),
  });
type GradientBoosting = Made<typeof GradientBoosting>;

const STREAM = 0xb057;

export const gradientBoosting = {
  type: 'gradient-boosting',
  title: 'Gradient-boosted trees',
  summary: 'Many small trees, each of which mends what the ones before it got wrong.',
  tasks: ['classification', 'regression'],
  params: GradientBoosting,
  space: {
    learningRate: { type: 'float', min: 0.01, max: 0.3, log: true },
    leaves: { type: 'int', min: 4, max: 64, log: true },
    rowsInLeaf: { type: 'int', min: 1, max: 50, log: true },
    l2: { type: 'float', min: 0.001, max: 100, log: true },
    featureShare: { type: 'float', min: 0.2, max: 1 },
    rowShare: { type: 'float', min: 0.4, max: 1 },
  },

  *fit(train, params, options) {
    const { rounds, patience, learningRate } = params;
    const trees = treesARound(options);
    const forest = emptyForest();
    const start = startOf(train, options, trees);
    const scores = { train: tiled(start, train.count), validation: tiled(start, options.validation.count) };
    const objective = objectiveOf(options);
    const binned = binRows(train.x, train.count, train.width);
    const statistics = { g: new Float64Array(train.count), w: new Float64Array(train.count), width: 1 };
    const random = createRandom(options.seed, STREAM);
    const growth = {
      leavesMost: params.leaves,
      depthMost: params.depth,
      rowsLeast: params.rowsInLeaf,
      l2: params.l2,
      featuresAtNode: Math.max(1, Math.round(params.featureShare * train.width)),
      random,
    };
    const drawn = drawRows(train.count, params.rowShare, random);
    let best = { loss: objective.loss(options.validation.target, scores.validation), rounds: 0 };
    for (let round = 0; round < rounds; round++) {
      const rows = drawn();
      const gradients = objective.gradients(train.target, scores.train);
      for (let k = 0; k < trees; k++) {
        gradients(k, statistics);
        growTree(forest, binned, rows.slice(), statistics, growth, learningRate);
        const root = forest.roots.at(-1)!;
        for (const [part, of] of [
          ['train', train],
          ['validation', options.validation],
        ] as const) {
          for (let row = 0; row < of.count; row++) {
            scores[part][row * trees + k]! += forest.value[leafOf(forest, root, of.x, row * of.width)]!;
          }
        }
      }
      const losses = {
        train: objective.loss(train.target, scores.train),
        validation: objective.loss(options.validation.target, scores.validation),
      };
      yield { done: round + 1, total: rounds, losses };
      if (losses.validation < best.loss) best = { loss: losses.validation, rounds: round + 1 };
      if (patience !== null && round + 1 - best.rounds >= patience) break;
    }
    if (patience !== null) keepTrees(forest, best.rounds * trees);
    return learntOf(forest, 1).set('start', { shape: [trees], data: Float32Array.from(start) });
  },

  load(learnt, _, shape) {
    const trees = treesARound(shape);
    const forest = forestOf(learnt, { inputs: shape.inputs, width: 1 });
    const start = tensorOf(learnt, 'start', [trees]);
    const { roots, value } = forest;
    return (x, rows) => {
      const y = new Float32Array(rows * shape.outputs);
      const sums = new Float64Array(trees);
      for (let row = 0; row < rows; row++) {
        sums.set(start);
        for (let t = 0; t < roots.length; t++) {
          sums[t % trees]! += value[leafOf(forest, roots[t]!, x, row * shape.inputs)]!;
        }
        // of two classes the first has the logit 0
        y.set(sums, row * shape.outputs + (shape.outputs - trees));
      }
      return y;
    };
  },

  cost({ rounds, leaves, featureShare, rowShare }, { rows, inputs, outputs }) {
    const trees = rounds * treesARound({ outputs });
    const depth = Math.ceil(Math.log2(leaves)) + 2;
    return {
      parameters: trees * (2 * leaves * 4),
      multiplyAdds: trees * depth,
      fitting: trees * rows * depth * (inputs * featureShare * rowShare * 4 + 10),
    };
  },
} satisfies Estimator<GradientBoosting>;

/** Of two classes one tree tells them apart. */
const treesARound = ({ outputs }: Pick<FitOptions, 'outputs'>): number => (outputs === 2 ? 1 : outputs);

/** Scores before the first tree: the logarithms of the classes' shares, or the mean, which is 0. */
function startOf(
  { target, count }: FitRows,
  { task, outputs, classWeights }: FitOptions,
  trees: number,
): Float64Array {
  if (task === 'regression') return new Float64Array(1);
  const shares = new Float64Array(outputs);
  for (let row = 0; row < count; row++) shares[target[row]!]! += classWeights?.[target[row]!] ?? 1;
  const logs = shares.map((share) => Math.log(Math.max(share, 1e-9) / count));
  return trees === 1 ? Float64Array.of(logs[1]! - logs[0]!) : logs;
}

interface Objective {
  /** Mean loss; `scores` [rows, trees]. */
  loss(target: FitRows['target'], scores: Float64Array): number;
  /** Of the scores as they are now; then for tree k, into `into`. */
  gradients(
    target: FitRows['target'],
    scores: Float64Array,
  ): (k: number, into: { g: Float64Array; w: Float64Array }) => void;
}

function objectiveOf(options: FitOptions): Objective {
  if (options.task === 'regression') return squaredError;
  return crossEntropy(options.outputs, options.classWeights);
}

const squaredError: Objective = {
  loss(target, scores) {
    let sum = 0;
    for (let row = 0; row < scores.length; row++) sum += (target[row]! - scores[row]!) ** 2;
    return sum / scores.length;
  },
  gradients:
    (target, scores) =>
    (_, { g, w }) => {
      for (let row = 0; row < g.length; row++) g[row] = target[row]! - scores[row]!;
      w.fill(1);
    },
};

function crossEntropy(classes: number, weights: Float32Array | undefined): Objective {
  const trees = classes === 2 ? 1 : classes;
  /** [rows, classes] */
  const probabilities = (scores: Float64Array): Float64Array => {
    const rows = scores.length / trees;
    const p = new Float64Array(rows * classes);
    for (let row = 0; row < rows; row++) {
      const at = row * classes;
      let most = trees === 1 ? 0 : Number.NEGATIVE_INFINITY;
      for (let k = 0; k < trees; k++) most = Math.max(most, scores[row * trees + k]!);
      let sum = 0;
      for (let c = 0; c < classes; c++) {
        const score = trees === 1 ? (c === 0 ? 0 : scores[row]!) : scores[at + c]!;
        p[at + c] = Math.exp(score - most);
        sum += p[at + c]!;
      }
      for (let c = 0; c < classes; c++) p[at + c]! /= sum;
    }
    return p;
  };
  return {
    loss(target, scores) {
      const p = probabilities(scores);
      const rows = p.length / classes;
      let sum = 0;
      for (let row = 0; row < rows; row++) sum -= Math.log(Math.max(p[row * classes + target[row]!]!, 1e-38));
      return sum / rows;
    },
    gradients(target, scores) {
      const p = probabilities(scores);
      return (k, { g, w }) => {
        const wanted = trees === 1 ? 1 : k;
        for (let row = 0; row < g.length; row++) {
          const share = p[row * classes + wanted]!;
          const weight = weights?.[target[row]!] ?? 1;
          g[row] = weight * ((target[row] === wanted ? 1 : 0) - share);
          w[row] = weight * Math.max(share * (1 - share), 1e-16);
        }
      };
    },
  };
}

function tiled(values: Float64Array, times: number): Float64Array {
  const all = new Float64Array(values.length * times);
  for (let i = 0; i < times; i++) all.set(values, i * values.length);
  return all;
}

/** Rows of each round, drawn without putting back. */
function drawRows(count: number, share: number, random: () => number): () => Uint32Array {
  const all = Uint32Array.from({ length: count }, (_, row) => row);
  if (share === 1) return () => all;
  const wanted = Math.max(1, Math.round(share * count));
  return () => {
    for (let i = 0; i < wanted; i++) {
      const j = i + Math.floor(random() * (count - i));
      const row = all[i]!;
      all[i] = all[j]!;
      all[j] = row;
    }
    return all.slice(0, wanted);
  };
}

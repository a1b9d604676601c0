/**
 * A random forest (Breiman 2001): each tree sees a sample of the rows, drawn with putting back, and at each node a few of the
 * features; the trees' shares, or values, are averaged.
 */

import { createRandom } from '../graph/random.ts';
import type { Made, Zod } from '../schema/zod.ts';
import type { Estimator, EstimatorShape } from './estimator.ts';
import { logitsOf } from './learnt.ts';
import { binRows } from './trees/bins.ts';
import { emptyForest, forestOf, leafOf, learntOf } from './trees/forest.ts';
import { growTree } from './trees/grow-tree.ts';

const RandomForest = (z: Zod) =>
  z.strictObject({
    type: z.literal('random-forest'),
    trees: z.int().min(1).max(2000).default(200),
    depth: z.int().min(1).max(64).default(64),
    /** Least rows in a leaf. */
    rowsInLeaf: z.int().min(1).max(100_000).default(1),
    /** Share of the features that a node looks at; null: the square root of their number for classes, a third for numbers. */
    featureShare: z.number().gt(0).max(1).nullable().default(null),
  });
type RandomForest = Made<typeof RandomForest>;

const STREAM = 0xf02e;

export const randomForest = {
  type: 'random-forest',
  title: 'Random forest',
  summary: 'Many trees, each grown on a sample of the rows, whose answers are averaged.',
  tasks: ['classification', 'regression'],
  params: RandomForest,
  space: {
    depth: { type: 'int', min: 3, max: 64, log: true },
    rowsInLeaf: { type: 'int', min: 1, max: 20, log: true },
    featureShare: { type: 'float', min: 0.05, max: 1, log: true },
  },

  *fit(train, params, options) {
    const { task, outputs, seed, classWeights } = options;
    const { count, target } = train;
    const forest = emptyForest();
    const binned = binRows(train.x, count, train.width);
    const g = new Float64Array(count * outputs);
    const w = new Float64Array(count).fill(1);
    for (let row = 0; row < count; row++) {
      if (task === 'regression') g[row] = target[row]!;
      else {
        w[row] = classWeights?.[target[row]!] ?? 1;
        g[row * outputs + target[row]!] = w[row]!;
      }
    }
    for (let tree = 0; tree < params.trees; tree++) {
      const random = createRandom(seed, STREAM, tree);
      const rows = Uint32Array.from({ length: count }, () => Math.floor(random() * count));
      const growth = {
        leavesMost: Number.POSITIVE_INFINITY,
        depthMost: params.depth,
        rowsLeast: params.rowsInLeaf,
        l2: 0,
        featuresAtNode: featuresAtNode(params, options),
        random,
      };
      growTree(forest, binned, rows, { g, w, width: outputs }, growth, 1);
      yield { done: tree + 1, total: params.trees };
    }
    return learntOf(forest, outputs);
  },

  load(learnt, _, { task, inputs, outputs }) {
    const forest = forestOf(learnt, { inputs, width: outputs });
    const { roots, value } = forest;
    return (x, rows) => {
      const means = new Float64Array(rows * outputs);
      for (let row = 0; row < rows; row++) {
        for (const root of roots) {
          const leaf = leafOf(forest, root, x, row * inputs);
          for (let k = 0; k < outputs; k++) means[row * outputs + k]! += value[leaf * outputs + k]!;
        }
        for (let k = 0; k < outputs; k++) means[row * outputs + k]! /= roots.length;
      }
      return task === 'regression' ? Float32Array.from(means) : logitsOf(means);
    };
  },

  cost(params, { rows, ...shape }) {
    const { trees, rowsInLeaf } = params;
    // about two thirds of the rows are in a sample, and hardly ever does each get a leaf of its own
    const leaves = Math.max(2, rows / (2 * rowsInLeaf));
    const depth = Math.min(params.depth, Math.ceil(Math.log2(leaves)) + 4);
    return {
      parameters: Math.round(trees * 2 * leaves * (3 + shape.outputs)),
      multiplyAdds: trees * (depth + shape.outputs),
      fitting: trees * featuresAtNode(params, shape) * (rows * depth + 256 * leaves) * (2 + shape.outputs),
    };
  },
} satisfies Estimator<RandomForest>;

function featuresAtNode({ featureShare }: RandomForest, { task, inputs }: EstimatorShape): number {
  if (featureShare !== null) return Math.max(1, Math.round(featureShare * inputs));
  return Math.max(1, Math.round(task === 'classification' ? Math.sqrt(inputs) : inputs / 3));
}

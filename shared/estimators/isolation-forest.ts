/**
 * An isolation forest (Liu, Ting and Zhou 2008): random cuts part an unusual row from the others sooner than a usual one. The
 * score of a row is 2^(−mean depth ÷ usual depth); rows above the threshold are anomalies.
 */

import { createRandom, shuffle } from '../graph/random.ts';
import type { Made, Zod } from '../schema/zod.ts';
import type { Estimator, FitRows } from './estimator.ts';
import { tensorOf } from './learnt.ts';
import { emptyForest, type Forest, type ForestInMaking, forestOf, leafOf, learntOf } from './trees/forest.ts';

const IsolationForest = (z: Zod) =>
  z.strictObject({
    type: z.literal('isolation-forest'),
    trees: z.int().min(1).max(1000).default(200),
    /** Rows that a tree sees. */
    sample: z.int().min(8).max(4096).default(256),
    /** Share of the training rows that are taken for anomalies. */
    contamination: z.number().min(0.0001).max(0.5).default(0.05),
  });
type IsolationForest = Made<typeof IsolationForest>;

const STREAM = 0x150f;
/** Names of what it tells apart, the usual first. */
const CLASSES = ['normal', 'anomaly'];

export const isolationForest = {
  type: 'isolation-forest',
  title: 'Isolation forest',
  summary: 'Finds rows that are unlike the rest: those that a few random cuts part from all others.',
  tasks: ['anomaly-detection'],
  params: IsolationForest,
  space: {
    sample: { type: 'int', min: 32, max: 1024, log: true },
  },
  classes: () => CLASSES,

  *fit(rows, { trees, sample, contamination }, { seed }) {
    const size = Math.min(sample, rows.count);
    const forest = emptyForest();
    for (let tree = 0; tree < trees; tree++) {
      const random = createRandom(seed, STREAM, tree);
      const places = Uint32Array.from({ length: rows.count }, (_, row) => row);
      shuffle(places, random);
      forest.roots.push(forest.feature.length);
      grow(forest, rows, [...places.subarray(0, size)], random, Math.ceil(Math.log2(size)));
      if (tree % 10 === 9) yield { done: tree + 1, total: trees };
    }
    const learnt = learntOf(forest, 1);
    const scores = scoresOf(
      forestOf(learnt, { inputs: rows.width, width: 1 }),
      rows.x,
      rows.count,
      size,
    ).sort();
    const threshold = scores[Math.min(rows.count - 1, Math.floor(rows.count * (1 - contamination)))]!;
    const spread = Math.max(scores.at(-1)! - scores[0]!, 1e-6);
    learnt.set('threshold', { shape: [1], data: Float32Array.of(threshold) });
    learnt.set('spread', { shape: [1], data: Float32Array.of(spread) });
    learnt.set('sample', { shape: [1], data: Float32Array.of(size) });
    return learnt;
  },

  load(learnt, _, { inputs }) {
    const forest = forestOf(learnt, { inputs, width: 1 });
    const [[threshold], [spread], [size]] = ['threshold', 'spread', 'sample'].map((name) =>
      tensorOf(learnt, name, [1]),
    ) as unknown as [[number], [number], [number]];
    if (!(size >= 1)) throw new Error(`the trees saw ${size} rows`);
    return (x, rows) => {
      const y = new Float32Array(2 * rows);
      // a twentieth of the scores' whole range above the threshold is one unit of log-odds
      scoresOf(forest, x, rows, size).forEach((score, row) => {
        y[2 * row + 1] = ((score - threshold) / spread) * 20;
      });
      return y;
    };
  },

  measure({ count }, y) {
    let found = 0;
    for (let row = 0; row < count; row++) if (y[2 * row + 1]! > y[2 * row]!) found += 1;
    return { flagged: found / count };
  },

  cost: ({ trees, sample }, { rows }) => ({
    parameters: trees * sample * 8,
    multiplyAdds: trees * Math.ceil(Math.log2(sample)),
    fitting: trees * (sample + rows) * Math.ceil(Math.log2(sample)),
  }),
} satisfies Estimator<IsolationForest>;

/** Adds a node for these rows, cut at random until each is alone or `levels` are used up; a leaf's value is its depth. */
function grow(
  forest: ForestInMaking,
  rows: FitRows,
  first: number[],
  random: () => number,
  levels: number,
): void {
  const add = () => {
    for (const [list, empty] of [
      [forest.feature, -1],
      [forest.threshold, 0],
      [forest.child, 0],
      [forest.value, 0],
    ] as const)
      list.push(empty);
    return forest.feature.length - 1;
  };
  const open: { node: number; places: number[]; depth: number }[] = [
    { node: add(), places: first, depth: 0 },
  ];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, places, depth } = next;
    const cut = places.length > 1 && depth < levels ? cutOf(rows, places, random) : null;
    if (!cut) {
      forest.value[node] = depth + usualDepth(places.length);
      continue;
    }
    const { feature, threshold } = cut;
    const isLeft = (place: number) => rows.x[place * rows.width + feature]! <= threshold;
    forest.feature[node] = feature;
    forest.threshold[node] = threshold;
    forest.child[node] = add();
    const right = add();
    open.push({ node: right, places: places.filter((place) => !isLeft(place)), depth: depth + 1 });
    open.push({ node: right - 1, places: places.filter(isLeft), depth: depth + 1 });
  }
}

/** A feature in which the rows differ, and a place between its least and its largest value; null where all are alike. */
function cutOf({ x, width }: FitRows, places: readonly number[], random: () => number) {
  const start = Math.floor(random() * width);
  for (let tried = 0; tried < width; tried++) {
    const feature = (start + tried) % width;
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const place of places) {
      const value = x[place * width + feature]!;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    const threshold = Math.fround(least + random() * (most - least));
    if (least <= threshold && threshold < most) return { feature, threshold };
  }
  return null;
}

/** Mean depth at which one of `rows` is found in a binary search tree. */
export function usualDepth(rows: number): number {
  if (rows < 2) return 0;
  let harmonic = 0;
  for (let i = 1; i < rows; i++) harmonic += 1 / i;
  return 2 * harmonic - (2 * (rows - 1)) / rows;
}

function scoresOf(forest: Forest, x: Float32Array, rows: number, size: number): Float64Array {
  const width = x.length / rows;
  const usual = Math.max(usualDepth(size), 1);
  return Float64Array.from({ length: rows }, (_, row) => {
    let depth = 0;
    for (let tree = 0; tree < forest.roots.length; tree++)
      depth += forest.value[leafOf(forest, forest.roots[tree]!, x, row * width)]!;
    return 2 ** (-depth / forest.roots.length / usual);
  });
}

/**
 * Grows one tree on binned rows. Each row has a weight w and `width` sums to explain, g; a leaf answers Σg ÷ (Σw + l2), and a split
 * is worth what it adds to Σ (Σg)² ÷ (Σw + l2). With g the negative gradient and w the second derivative that is a boosting step
 * (XGBoost, Chen and Guestrin 2016); with g the one-hot class and w = 1 it is the Gini criterion; with g the value, the variance.
 */
import type { BinnedRows } from './bins.ts';
import type { ForestInMaking } from './forest.ts';

export interface Statistics {
  /** Row-major [rows, width]. */
  g: Float64Array;
  /** [rows]. */
  w: Float64Array;
  width: number;
}

export interface GrowOptions {
  leavesMost: number;
  depthMost: number;
  /** Rows in a leaf. */
  rowsLeast: number;
  l2: number;
  /** Features that a node looks at, drawn at random; all where it is their number. */
  featuresAtNode: number;
  random: () => number;
}

/** Sums of weights below this are no ground for a leaf. */
const WEIGHT_LEAST = 1e-3;
const GAIN_LEAST = 1e-9;

interface Split {
  feature: number;
  bin: number;
  gain: number;
}

/** A leaf that may still be split: its rows are `rows[start … end)`. */
interface Leaf {
  node: number;
  start: number;
  end: number;
  depth: number;
  split: Split | null;
}

/**
 * Adds a tree to `forest`. `rows`: places of the rows that it learns from (one may stand there more than once); reordered in place.
 * Leaf values are multiplied by `rate`.
 */
export function growTree(
  forest: ForestInMaking,
  binned: BinnedRows,
  rows: Uint32Array,
  statistics: Statistics,
  options: GrowOptions,
  rate: number,
): void {
  const { width } = statistics;
  const finder = createSplitFinder(binned, rows, statistics, options);
  const addNode = (start: number, end: number, depth: number): Leaf => {
    const node = forest.feature.push(-1) - 1;
    forest.threshold.push(0);
    forest.child.push(0);
    const sums = finder.sumsOf(start, end);
    for (let k = 0; k < width; k++) forest.value.push((rate * sums[k]!) / (sums[width]! + options.l2));
    const canSplit = depth < options.depthMost && end - start >= 2 * options.rowsLeast;
    return { node, start, end, depth, split: canSplit ? finder.bestSplit(start, end, sums) : null };
  };

  const first = addNode(0, rows.length, 0);
  forest.roots.push(first.node);
  const open = [first].filter(({ split }) => split);
  for (let leaves = 1; open.length > 0 && leaves < options.leavesMost; leaves++) {
    const { node, start, end, depth, split } = takeNext(open, options.leavesMost);
    const { feature, bin } = split!;
    const middle = partition(rows, start, end, binned.bins.subarray(feature * binned.rows), bin);
    const left = addNode(start, middle, depth + 1);
    const right = addNode(middle, end, depth + 1);
    forest.feature[node] = feature;
    forest.threshold[node] = binned.edges[feature]![bin]!;
    forest.child[node] = left.node;
    open.push(...[left, right].filter((leaf) => leaf.split));
  }
}

/** The split worth most, where their number is limited; else the order does not matter. */
function takeNext(open: Leaf[], leavesMost: number): Leaf {
  if (leavesMost === Number.POSITIVE_INFINITY) return open.pop()!;
  let best = 0;
  for (let i = 1; i < open.length; i++) {
    if (open[i]!.split!.gain > open[best]!.split!.gain) best = i;
  }
  return open.splice(best, 1)[0]!;
}

/** Brings the rows up to `bin` before the others; where those begin. */
function partition(rows: Uint32Array, start: number, end: number, bins: Uint8Array, bin: number): number {
  let middle = start;
  for (let i = start; i < end; i++) {
    const row = rows[i]!;
    if (bins[row]! > bin) continue;
    rows[i] = rows[middle]!;
    rows[middle++] = row;
  }
  return middle;
}

function createSplitFinder(
  { rows: total, features, bins, edges }: BinnedRows,
  rows: Uint32Array,
  { g, w, width }: Statistics,
  { rowsLeast, l2, featuresAtNode, random }: GrowOptions,
) {
  const stride = width + 2; // sums of g, sum of w, rows
  const histogram = new Float64Array(256 * stride);
  const left = new Float64Array(stride);
  const order = Uint32Array.from({ length: features }, (_, feature) => feature);
  const worth = (sums: Float64Array): number => {
    let squares = 0;
    for (let k = 0; k < width; k++) squares += sums[k]! * sums[k]!;
    return squares / (sums[width]! + l2);
  };

  /** The node's statistics in the order of its rows, so that every feature reads them one after the other. */
  const own = new Float64Array(rows.length * (width + 1));
  function gather(start: number, end: number): void {
    for (let i = start, at = 0; i < end; i++) {
      const row = rows[i]!;
      for (let k = 0; k < width; k++) own[at++] = g[row * width + k]!;
      own[at++] = w[row]!;
    }
  }

  function fillHistogram(feature: number, start: number, end: number): void {
    histogram.fill(0, 0, (edges[feature]!.length + 1) * stride);
    const column = feature * total;
    if (width === 1) {
      // the same as below, for boosting, which grows most trees
      for (let i = start, from = 0; i < end; i++, from += 2) {
        const at = bins[column + rows[i]!]! * 3;
        histogram[at]! += own[from]!;
        histogram[at + 1]! += own[from + 1]!;
        histogram[at + 2]! += 1;
      }
      return;
    }
    for (let i = start, from = 0; i < end; i++) {
      const at = bins[column + rows[i]!]! * stride;
      for (let k = 0; k <= width; k++) histogram[at + k]! += own[from++]!;
      histogram[at + width + 1]! += 1;
    }
  }

  /** `scan` for one sum a row: boosting, which grows most trees. */
  function scanOne(feature: number, sums: Float64Array, whole: number, best: Split | null): Split | null {
    let [gain, cut] = [best?.gain ?? GAIN_LEAST, -1];
    const [g, w, count] = sums as unknown as [number, number, number];
    let [leftG, leftW, leftRows] = [0, 0, 0];
    const end = edges[feature]!.length * 3;
    for (let at = 0; at < end; at += 3) {
      const here = histogram[at + 2]!;
      if (here === 0) continue;
      leftG += histogram[at]!;
      leftW += histogram[at + 1]!;
      leftRows += here;
      if (leftRows < rowsLeast || leftW < WEIGHT_LEAST) continue;
      const rightW = w - leftW;
      if (count - leftRows < rowsLeast || rightW < WEIGHT_LEAST) break;
      const rightG = g - leftG;
      const worth = (leftG * leftG) / (leftW + l2) + (rightG * rightG) / (rightW + l2) - whole;
      if (worth > gain) [gain, cut] = [worth, at / 3];
    }
    return cut < 0 ? best : { feature, bin: cut, gain };
  }

  /** Best place to cut `feature`, if one is better than `best`. */
  function scan(feature: number, sums: Float64Array, whole: number, best: Split | null): Split | null {
    let found = best;
    left.fill(0);
    const last = edges[feature]!.length;
    for (let bin = 0; bin < last; bin++) {
      const at = bin * stride;
      if (histogram[at + width + 1] === 0) continue;
      for (let k = 0; k < stride; k++) left[k]! += histogram[at + k]!;
      const rightRows = sums[width + 1]! - left[width + 1]!;
      if (left[width + 1]! < rowsLeast) continue;
      if (rightRows < rowsLeast) break;
      const leftWeight = left[width]!;
      const rightWeight = sums[width]! - leftWeight;
      if (leftWeight < WEIGHT_LEAST || rightWeight < WEIGHT_LEAST) continue;
      let leftSquares = 0;
      let rightSquares = 0;
      for (let k = 0; k < width; k++) {
        const part = left[k]!;
        leftSquares += part * part;
        rightSquares += (sums[k]! - part) * (sums[k]! - part);
      }
      const gain = leftSquares / (leftWeight + l2) + rightSquares / (rightWeight + l2) - whole;
      if (gain > (found?.gain ?? GAIN_LEAST)) found = { feature, bin, gain };
    }
    return found;
  }

  return {
    /** Sums of g, the sum of w, and the number of rows. */
    sumsOf(start: number, end: number): Float64Array {
      const sums = new Float64Array(stride);
      for (let i = start; i < end; i++) {
        const row = rows[i]!;
        for (let k = 0; k < width; k++) sums[k]! += g[row * width + k]!;
        sums[width]! += w[row]!;
      }
      sums[width + 1] = end - start;
      return sums;
    },

    bestSplit(start: number, end: number, sums: Float64Array): Split | null {
      gather(start, end);
      const whole = worth(sums);
      let best: Split | null = null;
      for (let looked = 0, i = 0; i < features && looked < featuresAtNode; i++) {
        if (featuresAtNode < features) swap(order, i, i + Math.floor(random() * (features - i)));
        const feature = order[i]!;
        if (edges[feature]!.length === 0) continue; // the same value everywhere
        fillHistogram(feature, start, end);
        best = (width === 1 ? scanOne : scan)(feature, sums, whole, best);
        looked += 1;
      }
      return best;
    },
  };
}

function swap(items: Uint32Array, i: number, j: number): void {
  const item = items[i]!;
  items[i] = items[j]!;
  items[j] = item;
}

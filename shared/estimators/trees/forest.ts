/** Trees as tables of nodes, one tree after the other: how they are kept, and how a row finds its leaf. */
import type { TensorValue } from '../../graph/graph.ts';
import type { Learnt } from '../estimator.ts';
import { tensorOf } from '../learnt.ts';

/** Lists that grow with the trees; node n of all trees is place n of each. */
export interface ForestInMaking {
  /** Each tree's first node. */
  roots: number[];
  /** The input that the node asks about; −1 in a leaf. */
  feature: number[];
  /** Rows go left whose input is at most this. */
  threshold: number[];
  /** The left child; the right one is the next. */
  child: number[];
  /** `width` numbers for each node; only those of leaves are read. */
  value: number[];
}

export interface Forest {
  roots: Float32Array;
  feature: Float32Array;
  threshold: Float32Array;
  child: Float32Array;
  value: Float32Array;
}

export const emptyForest = (): ForestInMaking => ({
  roots: [],
  feature: [],
  threshold: [],
  child: [],
  value: [],
});

/** Leaves out the trees after the first `count`, whose leaves have one number each. */
export function keepTrees({ roots, ...nodes }: ForestInMaking, count: number): void {
  const end = roots[count] ?? nodes.feature.length;
  roots.length = Math.min(roots.length, count);
  for (const list of Object.values(nodes)) list.length = end;
}

/** `width`: numbers in each leaf. */
export function learntOf(forest: ForestInMaking, width: number): Learnt {
  const nodes = forest.feature.length;
  const tensor = (shape: number[], values: number[]) => ({ shape, data: Float32Array.from(values) });
  return new Map([
    ['trees/root', tensor([forest.roots.length], forest.roots)],
    ['trees/feature', tensor([nodes], forest.feature)],
    ['trees/threshold', tensor([nodes], forest.threshold)],
    ['trees/child', tensor([nodes], forest.child)],
    ['trees/value', tensor([nodes, width], forest.value)],
  ]);
}

/** Throws an Error where a node leads outside the table or back, or asks for an input that rows lack. */
export function forestOf(
  learnt: ReadonlyMap<string, TensorValue>,
  { inputs, width }: { inputs: number; width: number },
): Forest {
  const feature = tensorOf(learnt, 'trees/feature', [-1]);
  const nodes = feature.length;
  const forest = {
    roots: tensorOf(learnt, 'trees/root', [-1]),
    feature,
    threshold: tensorOf(learnt, 'trees/threshold', [nodes]),
    child: tensorOf(learnt, 'trees/child', [nodes]),
    value: tensorOf(learnt, 'trees/value', [nodes, width]),
  };
  const isPlace = (place: number) => Number.isInteger(place) && place >= 0 && place < nodes;
  for (let node = 0; node < nodes; node++) {
    const asks = feature[node]!;
    if (asks === -1) continue;
    const left = forest.child[node]!;
    if (!(Number.isInteger(asks) && asks >= 0 && asks < inputs)) {
      throw new Error(`node ${node} asks for input ${asks} of ${inputs}`);
    }
    if (!(isPlace(left) && isPlace(left + 1) && left > node)) {
      throw new Error(`node ${node} has the child ${left} of ${nodes} nodes`);
    }
  }
  const bad = forest.roots.find((root) => !isPlace(root));
  if (bad !== undefined) throw new Error(`a tree begins at node ${bad} of ${nodes}`);
  return forest;
}

/** The leaf that the row beginning at `x[at]` comes to from `root`. */
export function leafOf(
  { feature, threshold, child }: Pick<Forest | ForestInMaking, 'feature' | 'threshold' | 'child'>,
  root: number,
  x: Float32Array,
  at: number,
): number {
  let node = root;
  for (let asks = feature[node]!; asks >= 0; asks = feature[node]!) {
    node = child[node]! + (x[at + asks]! <= threshold[node]! ? 0 : 1);
  }
  return node;
}

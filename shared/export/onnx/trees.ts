/** A forest as `TreeEnsembleRegressor` of ONNX's operators for other models than networks (ai.onnx.ml, version 3). */
import type { Forest } from '../../estimators/trees/forest.ts';
import type { Scope } from './scope.ts';

export const TREES_DOMAIN = 'ai.onnx.ml';
export const TREES_VERSION = 3;

interface TreeOptions {
  /** Numbers in a leaf. */
  width: number;
  /** Sums that are given for each row; trees of one number are added to them in turn. */
  targets: number;
  /** What the sums begin with. */
  start?: Float32Array;
}

/** Sums [batch, targets] of the leaves that rows [batch, inputs] come to. */
export function emitTrees(
  scope: Scope,
  rows: string,
  { roots, feature, threshold, child, value }: Forest,
  { width, targets, start }: TreeOptions,
): string {
  const trees: number[] = [];
  const nodes: number[] = [];
  const leaves: { tree: number; node: number; target: number; weight: number }[] = [];
  for (const [tree, root] of roots.entries()) {
    const end = roots[tree + 1] ?? feature.length;
    for (let at = root; at < end; at++) {
      trees.push(tree);
      nodes.push(at - root);
      if (feature[at]! >= 0) continue;
      for (let k = 0; k < width; k++) {
        const target = width === 1 ? tree % targets : k;
        leaves.push({ tree, node: at - root, target, weight: value[at * width + k]! });
      }
    }
  }
  const all = trees.map((tree, i) => roots[tree]! + nodes[i]!);
  const isLeaf = (at: number) => feature[at]! < 0;
  const left = all.map((at, i) => (isLeaf(at) ? 0 : child[at]! - roots[trees[i]!]!));
  return scope.add(
    'TreeEnsembleRegressor',
    [rows],
    {
      n_targets: { int: targets },
      nodes_treeids: { ints: trees },
      nodes_nodeids: { ints: nodes },
      nodes_featureids: { ints: all.map((at) => Math.max(feature[at]!, 0)) },
      nodes_values: { floats: all.map((at) => threshold[at]!) },
      nodes_modes: { texts: all.map((at) => (isLeaf(at) ? 'LEAF' : 'BRANCH_LEQ')) },
      nodes_truenodeids: { ints: left },
      nodes_falsenodeids: { ints: left.map((place, i) => (isLeaf(all[i]!) ? 0 : place + 1)) },
      target_treeids: { ints: leaves.map(({ tree }) => tree) },
      target_nodeids: { ints: leaves.map(({ node }) => node) },
      target_ids: { ints: leaves.map(({ target }) => target) },
      target_weights: { floats: leaves.map(({ weight }) => weight) },
      ...(start && { base_values: { floats: [...start] } }),
    },
    TREES_DOMAIN,
  );
}

/** Weights that bear the names of their layers, such as `conv1/kernel`, or `sequential/lstm/lstm_cell/kernel:0`. */
import type { TensorValue } from '../graph/graph.ts';
import type { SourceModel } from './source-model.ts';

export interface NamedWeight {
  path: string;
  value: TensorValue;
}

/** A layer has those whose path names it; the last part of the path is their own name. */
export function byLayerName(weights: readonly NamedWeight[]): SourceModel['weightsOf'] {
  const byLayer = new Map<string, { name: string; value: TensorValue }[]>();
  for (const { path, value } of weights) {
    const parts = path.split('/');
    const name = parts.at(-1)!.replace(/:\d+$/, '');
    for (const layer of new Set(parts.slice(0, -1))) {
      byLayer.set(layer, [...(byLayer.get(layer) ?? []), { name, value }]);
    }
  }
  return ({ name }) => byLayer.get(name) ?? [];
}

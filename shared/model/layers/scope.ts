/** What a layer is traced in: the operators, and what a model gives to each of its blocks. */
import type { Ops } from '../../graph/ops.ts';
import type { Scope } from '../block.ts';

export interface LayerScope extends Scope {
  readonly ops: Ops;
}

/** The scope of a layer within a layer: names get a prefix, and randomness is another. */
export function within(scope: LayerScope, part: string): LayerScope {
  return {
    ...scope,
    parameter: (name, shape, initializer, options) =>
      scope.parameter(`${part}/${name}`, shape, initializer, options),
    seed: [...part].reduce((hash, char) => Math.imul(hash ^ char.charCodeAt(0), 0x01000193), scope.seed), // FNV-1a
  };
}

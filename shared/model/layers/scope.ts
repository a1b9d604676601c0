/** What a layer is traced in: operators, parameters under the layer's own names, and what training alone has. */
import type { Initializer, Shape } from '../../graph/graph.ts';
import type { Ops, ParameterOptions, TensorRef } from '../../graph/ops.ts';

export interface LayerScope {
  readonly ops: Ops;
  parameter(name: string, shape: Shape, initializer: Initializer, options?: ParameterOptions): TensorRef;
  /** After a run `parameter` takes on `value`. */
  update(parameter: TensorRef, value: TensorRef): void;
  /** Counts the steps, int32 []; there while training alone, when dropout acts and batch norm learns. */
  readonly step?: TensorRef | undefined;
  /** Of the layer's own randomness. */
  readonly seed: number;
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

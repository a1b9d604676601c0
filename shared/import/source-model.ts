/** A model of others as it was read, before it is made into blocks: its layers in a list, nested models written out. */
import type { TensorValue } from '../graph/graph.ts';
import type { KerasConfig } from '../model/keras-config.ts';

export interface SourceLayer {
  name: string;
  className: string;
  config: KerasConfig;
  /** Names of the layers it takes; none for an input. */
  inputs: readonly string[];
}

export interface SourceWeight {
  /** As in `kernel`; null where only the order tells. */
  name: string | null;
  value: TensorValue;
}

export interface SourceModel {
  layers: readonly SourceLayer[];
  /** Name of the layer whose value the model gives. */
  output: string;
  /** A layer's weights. */
  weightsOf(layer: SourceLayer): readonly SourceWeight[];
}

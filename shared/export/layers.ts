/** A model as the layers that others know it by: what code in other languages is written from. */
import { type Artifact, modelShapeOf } from '../artifact/artifact.ts';
import { blockOf } from '../model/model-spec.ts';
import { withHead } from '../model/trace-model.ts';

export interface Layer {
  /** Its weights are the parameters `name/…`. */
  name: string;
  /** Of Keras. */
  className: string;
  config: Readonly<Record<string, unknown>>;
}

/** In order; the last gives logits, or the standardised value. */
export function layersOf({ spec, fitted }: Artifact): Layer[] {
  const { inputShape, outputs } = modelShapeOf(fitted);
  return withHead(spec.model, inputShape, outputs).map(({ name, spec: block }) => ({
    name,
    ...blockOf(block).layer(block),
  }));
}

/** What writes one primitive operator into ONNX's graph. */
import type { Attributes } from '../../../graph/graph.ts';
import type { Dimension } from '../messages.ts';
import type { Scope } from '../scope.ts';

export interface Emission<A extends Attributes = Attributes> {
  scope: Scope;
  /** Names of what the operator takes, and its shapes. */
  inputs: readonly string[];
  shapes: readonly (readonly Dimension[])[];
  /** Of what it gives. */
  shape: readonly Dimension[];
  /** As its type rule has checked them. Sizes among them are those of one batch: `shape` tells them for all. */
  attributes: A;
}

/** Returns the name of what the operator gives. */
export type Emitter<A extends Attributes = Attributes> = (emission: Emission<A>) => string;

/** A size that does not follow the batch. */
export function fixed(size: Dimension | undefined): number {
  if (typeof size !== 'number') throw new Error('this size follows the batch');
  return size;
}

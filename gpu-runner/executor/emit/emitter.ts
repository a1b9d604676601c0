/** What writes one primitive operator into TensorFlow's graph. */
import type { Attributes, Node, TensorType } from '../../../shared/graph/graph.ts';
import type { Scope, Value } from '../scope.ts';

export interface Emission<A extends Attributes = Attributes> {
  scope: Scope;
  node: Node;
  attributes: A;
  /** All of the graph's, and the values of those before this one, by id: for what one kernel does for several nodes. */
  nodes: readonly Node[];
  values: readonly Value[];
  /** Values of the node's inputs, and their types. */
  inputs: readonly Value[];
  types: readonly TensorType[];
  /** What another emitter left for the same inputs, such as a second output of one kernel. */
  shared: Map<string, Value>;
}

/** Returns the value of the node, of its shape and dtype. Throws AppError `unsupported` for what TensorFlow has no kernel for. */
export type Emitter<A extends Attributes = Attributes> = (emission: Emission<A>) => Value;

/**
 * The static graph: a list of nodes in execution order, each one primitive operator with a known shape. Everything a model
 * does, in every program, is such a graph run by one of the executors. Values are float32.
 */

/** How a parameter starts. */
export type Initializer = 'zeros' | 'ones' | 'glorotUniform' | 'heUniform';

export type Shape = readonly number[];
export type Attributes = Readonly<Record<string, number | string | boolean | readonly number[]>>;

export interface Node {
  /** Its place in `Graph.nodes`. */
  id: number;
  /** Name of an operator in `operators/list.ts`, or `input` / `parameter`. */
  op: string;
  /** Ids of the nodes it reads; all smaller than its own. */
  inputs: readonly number[];
  attributes: Attributes;
  shape: Shape;
}

export interface ParameterSpec {
  /** Such as `dense_1/kernel`. */
  name: string;
  shape: Shape;
  initializer: Initializer;
  node: number;
}

export interface Graph {
  nodes: readonly Node[];
  inputs: readonly { name: string; node: number }[];
  parameters: readonly ParameterSpec[];
  outputs: readonly { name: string; node: number }[];
}

/** A value outside the graph: row-major float32. */
export interface TensorValue {
  shape: Shape;
  data: Float32Array;
}

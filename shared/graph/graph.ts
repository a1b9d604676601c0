/**
 * The static graph: a list of nodes in execution order, each one primitive operator with a known shape and dtype. Everything
 * a model does, in every program, inference and training alike, is such a graph run by one of the executors.
 */
import type { OptimizerSpec } from './optimizers/list.ts';

/** How a parameter starts; `forgetGate`: ones in the second of four equal parts, the bias of an LSTM. */
export type Initializer = 'zeros' | 'ones' | 'glorotUniform' | 'heUniform' | 'forgetGate';

export type Shape = readonly number[];
/** `int32` is for indices, labels and counters; comparisons give float32 0 and 1. */
export type DType = 'float32' | 'int32';
export interface TensorType {
  shape: Shape;
  dtype: DType;
}
/** Row-major elements; Float64Array only inside the reference executor. */
export type TensorData = Float32Array | Int32Array | Float64Array;
export type Attributes = Readonly<Record<string, number | string | boolean | readonly number[]>>;

export interface Node extends TensorType {
  /** Its place in `Graph.nodes`. */
  id: number;
  /** Name of an operator in `operators/list.ts`, or `input`, `parameter`, `constant`, `fused`. */
  op: string;
  /** Ids of the nodes it reads; all smaller than its own. */
  inputs: readonly number[];
  attributes: Attributes;
  /** Of a `constant` alone. */
  value?: Float32Array | Int32Array;
  /** Of `fused`, and of an operator that has swallowed the elementwise chain after it; made by `passes/fuse.ts` alone. */
  fused?: Fused;
}

/**
 * An elementwise program, run once for each element of the node's output. Its values are numbered: first the element of
 * the node's own operator (not for `fused`, which has none), then one for each of `reads`, then one for each of `steps`;
 * the last is the result. The inputs of the node's own operator come first in `Node.inputs`.
 */
export interface Fused {
  reads: readonly Read[];
  steps: readonly { op: string; args: readonly number[] }[];
}

/** How an input is read: its element at `offset + Σ index[axis] · strides[axis]`, index being the output's. */
export interface Read {
  /** Place in `Node.inputs`. */
  input: number;
  offset: number;
  /** One for each axis of the output; 0 where the input is stretched. */
  strides: readonly number[];
}

/** A value that stays on the device from run to run: weights, optimiser slots, a resident dataset. */
export interface ParameterSpec extends TensorType {
  /** Such as `dense_1/kernel`. */
  name: string;
  initializer: Initializer;
  /** False for what the optimiser must not touch, such as moving means. */
  trainable: boolean;
  node: number;
}

export interface Graph {
  nodes: readonly Node[];
  inputs: readonly { name: string; node: number }[];
  parameters: readonly ParameterSpec[];
  outputs: readonly { name: string; node: number }[];
  /** After a run each of these parameters takes on the value of `node`; all reads within the run see the old one. */
  updates: readonly { parameter: string; node: number }[];
  /** Of a training step: the updates of `weights` and slots once more, as one rule, for executors with a kernel for it. Passes keep it. */
  optimizer?: OptimizerRule;
}

export interface OptimizerRule {
  spec: OptimizerSpec;
  /** Node of the flat gradient that the rule is applied to, already clipped. */
  gradient: number;
}

/** A value outside the graph. */
export interface TensorValue<D extends TensorData = Float32Array> {
  shape: Shape;
  data: D;
}

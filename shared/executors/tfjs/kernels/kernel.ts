/** What a kernel on TensorFlow.js is. Only its types are imported: a program hands its one copy of the library in. */
import type * as tfjs from '@tensorflow/tfjs';
import type { TensorType } from '../../../graph/graph.ts';
import type { Operator } from '../../../graph/operator.ts';
import type { operators } from '../../../graph/operators/list.ts';

export type TensorFlow = typeof tfjs;
export type Tensor = tfjs.Tensor;

type Operators = typeof operators;
type AttributesOf<O> = O extends Operator<infer _N, infer A, infer _G> ? A : never;

/** Gives a new tensor of the type `output`, never one of its inputs; runs inside `tf.tidy`. */
export type Kernel<A> = (
  tf: TensorFlow,
  inputs: readonly Tensor[],
  attributes: A,
  output: TensorType,
) => Tensor;

/** Kernels by the name of their operator. */
export type Kernels<Names extends keyof Operators = keyof Operators> = {
  readonly [K in Names]: Kernel<AttributesOf<Operators[K]>>;
};

/**
 * What a primitive operator is: a shape rule, a reference kernel and a TensorFlow.js kernel. Each is one file in
 * `operators/` and one line in `operators/list.ts`; the method on `Ops` follows from its type.
 */
import type * as tfjs from '@tensorflow/tfjs';
import { AppError } from '../errors.ts';
import type { Attributes, Shape, TensorValue } from './graph.ts';

/** The TensorFlow.js that a caller brings, with whatever backend it has set. */
export type TensorFlow = typeof tfjs;
export type Tensor = tfjs.Tensor;

/** What a kernel may know besides its inputs. */
export interface RunContext {
  /** Training step, from 0: with the operator's own seed it decides all randomness. */
  step: number;
}

/** `N` is the number of inputs, `A` the attributes; a node's attributes are always the whole of `A`. */
export interface Operator<N extends number = number, A extends Attributes = Attributes> {
  name: string;
  arity: N;
  /** Shape of the output; throws through `shapeError`. */
  shape(inputs: readonly Shape[], attributes: A): Shape;
  /** Fills `out.data`, which holds whatever the run before left there. */
  plain(inputs: readonly TensorValue[], attributes: A, out: TensorValue, context: RunContext): void;
  /** Inside the caller's `tf.tidy`. Differentiable by TensorFlow.js where a model's loss needs it. */
  tfjs(tf: TensorFlow, inputs: readonly Tensor[], attributes: A, context: RunContext): Tensor;
}

export function shapeError(operator: string, problem: string): AppError {
  return new AppError('invalid_pipeline', `Operator ${operator}: ${problem}`);
}

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;
export const sizeOf = (shape: Shape): number => shape.reduce((size, n) => size * n, 1);
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

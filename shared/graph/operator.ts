/**
 * What a primitive operator is: shape and dtype rule, reference, gradient rule, cost. Each is one file in `operators/` and
 * one line in `operators/list.ts`; the method on `Ops` follows from its type. Kernels live in the executors' folders.
 */
import { AppError } from '../errors.ts';
import type { Attributes, DType, Shape, TensorData, TensorType, TensorValue } from './graph.ts';
import type { Ops, TensorRef } from './ops.ts';

export type AnyValue = TensorValue<TensorData>;
/** Number of inputs; `many` for an operator that takes a list of them. */
export type Arity = number | 'many';

export interface GradientContext<A extends Attributes = Attributes> {
  ops: Ops;
  inputs: readonly TensorRef[];
  /** What the operator gave. */
  output: TensorRef;
  attributes: A;
  /** Gradient of the loss by `output`, of its shape. */
  dy: TensorRef;
}

/** `N`: number of inputs. `A`: a node's attributes, always the whole of it. `G`: what a caller must give; `complete` adds the rest. */
export interface Operator<
  N extends Arity = Arity,
  A extends Attributes = Attributes,
  G extends Attributes = A,
> {
  name: string;
  arity: N;
  /** Defaults filled in. Absent where callers give all. */
  complete?(given: G): A;
  /** Type of the output; throws through `shapeError`. */
  type(inputs: readonly TensorType[], attributes: A): TensorType;
  /**
   * Reference: fills the whole of `out.data`, which holds whatever the run before left there. Its element type (float32 or
   * float64) is the caller's, and sums are kept in float64.
   */
  reference(inputs: readonly AnyValue[], attributes: A, out: AnyValue): void;
  /** Elementwise operators: one element of the output from one of each input. It is what may be fused. */
  scalar?(...elements: number[]): number;
  /** Gradient by each input, of that input's shape; null where there is none (indices, labels). Absent: not differentiable. */
  gradient?(context: GradientContext<A>): readonly (TensorRef | null)[];
  /** Multiply-adds, where they are more than one for each element of the output. */
  multiplyAdds?(inputs: readonly TensorType[], attributes: A, output: TensorType): number;
}

export function shapeError(operator: string, problem: string): AppError {
  return new AppError('invalid_pipeline', `Operator ${operator}: ${problem}`);
}

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;
export const sizeOf = (shape: Shape): number => shape.reduce((size, n) => size * n, 1);
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);
export const float32 = (shape: Shape): TensorType => ({ shape, dtype: 'float32' });

/** Throws unless the inputs have these dtypes, in order. */
export function requireDtypes(
  operator: string,
  inputs: readonly TensorType[],
  dtypes: readonly DType[],
): void {
  for (const [i, dtype] of dtypes.entries()) {
    if (inputs[i]!.dtype !== dtype) {
      throw shapeError(operator, `input ${i} is ${inputs[i]!.dtype}; it takes ${dtype}`);
    }
  }
}

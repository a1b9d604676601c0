/** What every executor is asked of an operator: inputs and attributes, as data. */
import type { Attributes, Shape, TensorData, TensorValue } from '../../../shared/graph/graph.ts';
import { sizeOf } from '../../../shared/graph/operator.ts';
import type { operators } from '../../../shared/graph/operators/list.ts';
import { createRandom } from '../../../shared/graph/random.ts';

export interface OperatorCase {
  /** What is special about it. */
  name: string;
  inputs: readonly CaseInput[];
  attributes?: Attributes;
  /** Worked out by hand; the reference must give it. */
  expected?: readonly number[];
  /** False where there is a jump or a kink at these very values: finite differences say nothing then. Default true. */
  smooth?: boolean;
  /** To the bit, on every executor. */
  exact?: boolean;
}

export interface CaseInput extends TensorValue<TensorData> {
  /** Not differentiated, such as a condition. */
  fixed?: boolean;
}

export type OperatorName = keyof typeof operators;
export type CaseFamily = Partial<Record<OperatorName, readonly OperatorCase[]>>;

/** Seeded noise, other numbers for each shape and `key`. */
export function noise(shape: Shape, [from, to]: readonly [number, number] = [-1, 1], key = 0): CaseInput {
  const random = createRandom(key, ...shape);
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => from + (to - from) * random()) };
}
export const floats = (shape: Shape, data: readonly number[]): CaseInput => ({
  shape,
  data: Float32Array.from(data),
});
export const ints = (shape: Shape, data: readonly number[]): CaseInput => ({
  shape,
  data: Int32Array.from(data),
});
export const fixed = (input: CaseInput): CaseInput => ({ ...input, fixed: true });

/** `input` with these first elements. */
export function beginning(input: CaseInput, first: readonly number[]): CaseInput {
  const data = input.data.slice();
  data.set(first);
  return { ...input, data };
}

export const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;

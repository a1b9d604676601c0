/** Reductions over some axes, which disappear unless they are kept as 1. */
import type { Shape, TensorType } from './graph.ts';
import {
  type AnyValue,
  float32,
  type GradientContext,
  type Operator,
  requireDtypes,
  shapeError,
  showShape,
  sizeOf,
} from './operator.ts';
import type { TensorRef } from './ops.ts';
import { forEachRow, stridesOf } from './strided.ts';

export type ReduceAttributes = { axes: readonly number[]; keepDims: boolean };
export type ReduceOptions = { axes: readonly number[]; keepDims?: boolean };
export type Reduction = Operator<1, ReduceAttributes, ReduceOptions>;

/** `step` takes one more element into what it has from `start`; `finish` turns that of `count` elements into the result. */
export function reduceOperator(
  name: string,
  rule: {
    start: number;
    step: (total: number, x: number) => number;
    finish?: (total: number, count: number) => number;
    /** `keep` brings `dy` or the output back to the input's rank, 1 where it was reduced. */
    gradient: (
      context: GradientContext<ReduceAttributes>,
      keep: (value: TensorRef) => TensorRef,
    ) => TensorRef;
  },
): Reduction {
  const { start, step, finish, gradient } = rule;
  return {
    name,
    arity: 1,
    complete: ({ axes, keepDims = false }) => ({ axes, keepDims }),
    type([x], { axes, keepDims }) {
      requireDtypes(name, [x!], ['float32']);
      checkAxes(name, axes, x!);
      return float32(
        keepDims ? keptShape(x!.shape, axes) : x!.shape.filter((_, axis) => !axes.includes(axis)),
      );
    },
    reference([x], { axes }, out) {
      const totals = new Float64Array(out.data.length).fill(start);
      reduceInto(totals, x!, axes, step);
      const count = x!.data.length / Math.max(totals.length, 1);
      if (finish) for (let i = 0; i < totals.length; i++) totals[i] = finish(totals[i]!, count);
      out.data.set(totals);
    },
    gradient(context) {
      const { ops, inputs, attributes } = context;
      const shape = keptShape(inputs[0]!.shape, attributes.axes);
      const keep = (value: TensorRef) => (attributes.keepDims ? value : ops.reshape(value, { shape }));
      return [gradient(context, keep)];
    },
    multiplyAdds: ([x]) => sizeOf(x!.shape),
  };
}

export const keptShape = (shape: Shape, axes: readonly number[]): Shape =>
  shape.map((n, axis) => (axes.includes(axis) ? 1 : n));

function checkAxes(name: string, axes: readonly number[], { shape }: TensorType): void {
  const fits = (axis: number) => Number.isInteger(axis) && axis >= 0 && axis < shape.length;
  if (new Set(axes).size !== axes.length || !axes.every(fits)) {
    throw shapeError(name, `axes ${showShape(axes)} are not different axes of ${showShape(shape)}`);
  }
}

function reduceInto(
  totals: Float64Array,
  { shape, data }: AnyValue,
  axes: readonly number[],
  step: (total: number, x: number) => number,
): void {
  const kept = stridesOf(keptShape(shape, axes));
  const toStrides = kept.map((stride, axis) => (axes.includes(axis) ? 0 : stride));
  const length = shape.at(-1) ?? 1;
  const toStep = toStrides.at(-1) ?? 0;
  forEachRow(shape, [{ strides: stridesOf(shape) }, { strides: toStrides }], ([from, to]) => {
    for (let i = 0, j = to!; i < length; i++, j += toStep) totals[j] = step(totals[j]!, data[from! + i]!);
  });
}

/** Reductions over some axes; the reduced axes disappear. */
import type { Attributes, Shape } from './graph.ts';
import { type Operator, shapeError, showShape, sizeOf, type Tensor, type TensorFlow } from './operator.ts';

export interface ReduceAttributes extends Attributes {
  axes: readonly number[];
}

/** `finish` turns the sum of `count` elements into the result. */
export function reduceOperator(
  name: string,
  finish: (sum: number, count: number) => number,
  tfjs: (tf: TensorFlow, x: Tensor, axes: number[]) => Tensor,
): Operator<1, ReduceAttributes> {
  return {
    name,
    arity: 1,
    shape([x], { axes }) {
      if (
        new Set(axes).size !== axes.length ||
        axes.some((axis) => !Number.isInteger(axis) || axis < 0 || axis >= x!.length)
      ) {
        throw shapeError(name, `axes ${showShape(axes)} are not different axes of ${showShape(x!)}`);
      }
      return x!.filter((_, axis) => !axes.includes(axis));
    },
    plain([x], { axes }, out) {
      const sums = new Float64Array(out.data.length);
      const strides = outStrides(x!.shape, axes);
      for (let i = 0; i < x!.data.length; i++) {
        let rest = i;
        let to = 0;
        for (let axis = strides.length - 1; axis >= 0; axis--) {
          const n = x!.shape[axis]!;
          to += (rest % n) * strides[axis]!;
          rest = Math.floor(rest / n);
        }
        sums[to]! += x!.data[i]!;
      }
      const count = x!.data.length / Math.max(sums.length, 1);
      for (let i = 0; i < sums.length; i++) out.data[i] = finish(sums[i]!, count);
    },
    tfjs: (tf, [x], { axes }) => tfjs(tf, x!, [...axes]),
  };
}

/** Stride in the output of each input axis; 0 for those reduced. */
function outStrides(shape: Shape, axes: readonly number[]): number[] {
  return shape.map((_, axis) =>
    axes.includes(axis) ? 0 : sizeOf(shape.filter((_n, later) => later > axis && !axes.includes(later))),
  );
}

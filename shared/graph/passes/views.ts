/** Operators that only rename elements (reshape, transpose, slice, broadcastTo) as arithmetic on strides. */
import type { Node, Shape } from '../graph.ts';
import { sizeOf } from '../operator.ts';
import { stridesOf } from '../strided.ts';

/** Where a walk over a shape finds its elements in a row-major value. */
export interface Walk {
  offset: number;
  strides: readonly number[];
}

/** A change of index: a walk over the one shape becomes a walk over the other. */
export interface View {
  from: Shape;
  to: Shape;
  /** Null where no strides describe it. */
  apply(walk: Walk): Walk | null;
}

export const wholeOf = (shape: Shape): Walk => ({ offset: 0, strides: stridesOf(shape) });

export function throughAll(views: readonly View[], walk: Walk): Walk | null {
  let current: Walk | null = walk;
  for (const view of views) {
    current = current && view.apply(current);
  }
  return current;
}

/** The view that `node` is of its input; null if it is another kind of operator. */
export function viewOf({ op, attributes, shape }: Node, input: Shape): View | null {
  const view = (apply: View['apply']): View => ({ from: input, to: shape, apply });
  switch (op) {
    case 'reshape':
      return reshapeView(input, shape);
    case 'broadcastTo':
      return broadcastView(input, shape);
    case 'transpose': {
      const permutation = attributes.permutation as readonly number[];
      return view(({ offset, strides }) => ({ offset, strides: permutation.map((axis) => strides[axis]!) }));
    }
    case 'slice': {
      const begin = attributes.begin as readonly number[];
      return view(({ offset, strides }) => ({
        offset: begin.reduce((sum, n, axis) => sum + n * strides[axis]!, offset),
        strides,
      }));
    }
    default:
      return null;
  }
}

export function broadcastView(from: Shape, to: Shape): View {
  const lead = to.length - from.length;
  return {
    from,
    to,
    apply: ({ offset, strides }) => ({
      offset,
      strides: to.map((n, axis) =>
        axis < lead || (from[axis - lead] === 1 && n !== 1) ? 0 : strides[axis - lead]!,
      ),
    }),
  };
}

export function reshapeView(from: Shape, to: Shape): View {
  return {
    from,
    to,
    apply({ offset, strides }) {
      const reshaped = reshapeStrides(from, to, strides);
      return reshaped && { offset, strides: reshaped };
    },
  };
}

/** Runs of axes that one stride could walk are cut up anew; null where a new axis would straddle two such runs. */
function reshapeStrides(from: Shape, to: Shape, strides: readonly number[]): number[] | null {
  const result = new Array<number>(to.length).fill(0);
  if (sizeOf(to) === 0) return result;
  const axes = from.flatMap((n, axis) => (n === 1 ? [] : [axis]));
  let target = to.length - 1;
  while (axes.length > 0) {
    let axis = axes.pop()!;
    const step = strides[axis]!;
    let run = from[axis]!;
    while (axes.length > 0 && strides[axes.at(-1)!] === strides[axis]! * from[axis]!) {
      axis = axes.pop()!;
      run *= from[axis]!;
    }
    let filled = 1;
    for (; filled < run && target >= 0; target--) {
      result[target] = step * filled;
      filled *= to[target]!;
    }
    if (filled !== run) return null;
  }
  return result;
}

/** Axes of one element get the stride that a whole value has there, or else 0: then equal walks look equal. */
export function canonical(walk: Walk, shape: Shape): Walk {
  const whole = stridesOf(shape);
  const isWhole = walk.strides.every((stride, axis) => shape[axis] === 1 || stride === whole[axis]);
  const strides = isWhole ? whole : walk.strides.map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
  return { offset: walk.offset, strides };
}

export const isWhole = (walk: Walk, shape: Shape): boolean =>
  walk.offset === 0 && stridesOf(shape).every((stride, axis) => stride === walk.strides[axis]);

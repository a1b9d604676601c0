/** Row-major arrays walked by strides: what broadcasting, transposing, slicing, padding and reducing have in common. */
import type { Shape, TensorData } from './graph.ts';

/** Elements from one index to the next, for each axis. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  for (let axis = shape.length - 1, stride = 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Of an array of shape `from` read as one of shape `to`, to which it broadcasts: 0 where it is stretched. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = stridesOf(from);
  const lead = to.length - from.length;
  return to.map((_, axis) => (axis < lead || from[axis - lead] === 1 ? 0 : strides[axis - lead]!));
}

/** Calls `visit` for each index of all axes but the last, in order, with the element at which each walk then stands. */
export function forEachRow(
  shape: Shape,
  walks: readonly { offset?: number; strides: readonly number[] }[],
  visit: (at: readonly number[]) => void,
): void {
  if (shape.includes(0)) return;
  const at = walks.map(({ offset = 0 }) => offset);
  const index = new Array<number>(Math.max(shape.length - 1, 0)).fill(0);
  for (;;) {
    visit(at);
    let axis = index.length - 1;
    for (; axis >= 0; axis--) {
      index[axis]! += 1;
      const back = index[axis] === shape[axis] ? shape[axis]! - 1 : -1;
      for (let w = 0; w < at.length; w++) at[w]! -= back * walks[w]!.strides[axis]!;
      if (back < 0) break;
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

export interface Strided {
  data: TensorData;
  offset?: number;
  strides: readonly number[];
}

/** Copies `shape` elements, each from where `from` has it to where `to` wants it. */
export function copyStrided(shape: Shape, from: Strided, to: Strided): void {
  const length = shape.at(-1) ?? 1;
  const fromStep = from.strides.at(-1) ?? 0;
  const toStep = to.strides.at(-1) ?? 0;
  forEachRow(shape, [from, to], ([f, t]) => {
    for (let i = 0, x = f!, y = t!; i < length; i++, x += fromStep, y += toStep) to.data[y] = from.data[x]!;
  });
}

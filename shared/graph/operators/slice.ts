/** `size` elements of each axis, from `begin` on. */
import type { Shape } from '../graph.ts';
import { float32, type Operator, requireDtypes, shapeError, showShape } from '../operator.ts';
import { copyStrided, stridesOf } from '../strided.ts';

export const slice: Operator<1, { begin: readonly number[]; size: Shape }> = {
  name: 'slice',
  arity: 1,
  type([x], { begin, size }) {
    requireDtypes('slice', [x!], ['float32']);
    const { shape } = x!;
    const fits =
      begin.length === shape.length &&
      size.length === shape.length &&
      shape.every((n, axis) => begin[axis]! >= 0 && size[axis]! >= 0 && begin[axis]! + size[axis]! <= n);
    if (!fits) {
      const asked = `${showShape(size)} from ${showShape(begin)}`;
      throw shapeError('slice', `${asked} does not lie inside ${showShape(shape)}`);
    }
    return float32(size);
  },
  reference([x], { begin, size }, out) {
    const strides = stridesOf(x!.shape);
    const offset = begin.reduce((sum, at, axis) => sum + at * strides[axis]!, 0);
    copyStrided(size, { data: x!.data, offset, strides }, { data: out.data, strides: stridesOf(size) });
  },
  gradient: ({ ops, inputs: [x], attributes: { begin, size }, dy }) => [
    ops.pad(dy, { before: begin, after: x!.shape.map((n, axis) => n - begin[axis]! - size[axis]!) }),
  ],
};

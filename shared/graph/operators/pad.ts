/** Zeros before and after the elements of each axis. */
import { float32, type Operator, requireDtypes, shapeError, showShape } from '../operator.ts';
import { copyStrided, stridesOf } from '../strided.ts';

export const pad: Operator<1, { before: readonly number[]; after: readonly number[] }> = {
  name: 'pad',
  arity: 1,
  type([x], { before, after }) {
    requireDtypes('pad', [x!], ['float32']);
    const { shape } = x!;
    const rank = (counts: readonly number[]) =>
      counts.length === shape.length && counts.every((n) => Number.isInteger(n) && n >= 0);
    if (!rank(before) || !rank(after)) {
      const given = `before ${showShape(before)} and after ${showShape(after)}`;
      throw shapeError('pad', `${given} are not a count from 0 for each axis of ${showShape(shape)}`);
    }
    return float32(shape.map((n, axis) => before[axis]! + n + after[axis]!));
  },
  reference([x], { before }, out) {
    const strides = stridesOf(out.shape);
    const offset = before.reduce((sum, n, axis) => sum + n * strides[axis]!, 0);
    out.data.fill(0);
    copyStrided(
      x!.shape,
      { data: x!.data, strides: stridesOf(x!.shape) },
      { data: out.data, offset, strides },
    );
  },
  gradient: ({ ops, inputs: [x], attributes: { before }, dy }) => [
    ops.slice(dy, { begin: before, size: x!.shape }),
  ],
};

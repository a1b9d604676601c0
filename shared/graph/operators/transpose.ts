/** Axis i of the output is axis `permutation[i]` of the input. */
import { float32, type Operator, requireDtypes, shapeError, showShape } from '../operator.ts';
import { copyStrided, stridesOf } from '../strided.ts';

export const transpose: Operator<1, { permutation: readonly number[] }> = {
  name: 'transpose',
  arity: 1,
  type([x], { permutation }) {
    requireDtypes('transpose', [x!], ['float32']);
    const axes = x!.shape.map((_, axis) => axis);
    if (permutation.length !== axes.length || !axes.every((axis) => permutation.includes(axis))) {
      const given = `permutation ${showShape(permutation)} is not one of the axes`;
      throw shapeError('transpose', `${given} ${showShape(axes)} of ${showShape(x!.shape)}`);
    }
    return float32(permutation.map((axis) => x!.shape[axis]!));
  },
  reference([x], { permutation }, out) {
    const strides = stridesOf(x!.shape);
    const from = { data: x!.data, strides: permutation.map((axis) => strides[axis]!) };
    copyStrided(out.shape, from, { data: out.data, strides: stridesOf(out.shape) });
  },
  gradient: ({ ops, attributes: { permutation }, dy }) => [
    ops.transpose(dy, { permutation: permutation.map((_, axis) => permutation.indexOf(axis)) }),
  ],
};

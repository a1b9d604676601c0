import { broadcastShapes, sumTo } from '../broadcast.ts';
import type { Shape } from '../graph.ts';
import { float32, type Operator, requireDtypes, sameShape, shapeError, showShape } from '../operator.ts';
import { broadcastStrides, copyStrided, stridesOf } from '../strided.ts';

export const broadcastTo: Operator<1, { shape: Shape }> = {
  name: 'broadcastTo',
  arity: 1,
  type([x], { shape }) {
    requireDtypes('broadcastTo', [x!], ['float32']);
    if (!sameShape(broadcastShapes('broadcastTo', x!.shape, shape), shape)) {
      throw shapeError('broadcastTo', `${showShape(x!.shape)} does not stretch to ${showShape(shape)}`);
    }
    return float32(shape);
  },
  reference([x], { shape }, out) {
    const from = { data: x!.data, strides: broadcastStrides(x!.shape, shape) };
    copyStrided(shape, from, { data: out.data, strides: stridesOf(shape) });
  },
  gradient: ({ ops, inputs: [x], dy }) => [sumTo(ops, dy, x!.shape)],
};

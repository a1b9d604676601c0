/** The same elements in the same order under another shape. */
import type { Attributes, Shape } from '../graph.ts';
import { type Operator, shapeError, showShape, sizeOf } from '../operator.ts';

export interface ReshapeAttributes extends Attributes {
  shape: Shape;
}

export const reshape: Operator<1, ReshapeAttributes> = {
  name: 'reshape',
  arity: 1,
  shape([x], { shape }) {
    if (sizeOf(x!) !== sizeOf(shape)) {
      throw shapeError(
        'reshape',
        `${showShape(x!)} has ${sizeOf(x!)} elements, ${showShape(shape)} has ${sizeOf(shape)}`,
      );
    }
    return shape;
  },
  plain: ([x], _, out) => out.data.set(x!.data),
  tfjs: (tf, [x], { shape }) => tf.reshape(x!, [...shape]),
};

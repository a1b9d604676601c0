/** Any number of values one behind the other along `axis`. */
import { float32, type Operator, requireDtypes, sameShape, shapeError, showShape } from '../operator.ts';
import { copyStrided, stridesOf } from '../strided.ts';

export const concat: Operator<'many', { axis: number }> = {
  name: 'concat',
  arity: 'many',
  type(inputs, { axis }) {
    requireDtypes(
      'concat',
      inputs,
      inputs.map(() => 'float32'),
    );
    const shapes = inputs.map(({ shape }) => shape);
    const [first] = shapes;
    const list = shapes.map(showShape).join(', ');
    if (!first) throw shapeError('concat', 'takes at least one value');
    if (!Number.isInteger(axis) || axis < 0 || axis >= first.length) {
      throw shapeError('concat', `axis ${axis} is not one of ${showShape(first)}`);
    }
    if (!shapes.every((shape) => sameShape(shape.with(axis, 0), first.with(axis, 0)))) {
      throw shapeError('concat', `shapes must agree but for axis ${axis}: ${list}`);
    }
    return float32(
      first.with(
        axis,
        shapes.reduce((sum, shape) => sum + shape[axis]!, 0),
      ),
    );
  },
  reference(inputs, { axis }, out) {
    const strides = stridesOf(out.shape);
    let offset = 0;
    for (const { shape, data } of inputs) {
      copyStrided(shape, { data, strides: stridesOf(shape) }, { data: out.data, offset, strides });
      offset += shape[axis]! * strides[axis]!;
    }
  },
  gradient({ ops, inputs, attributes: { axis }, dy }) {
    let at = 0;
    return inputs.map(({ shape }) => {
      const begin = shape.map((_, i) => (i === axis ? at : 0));
      at += shape[axis]!;
      return ops.slice(dy, { begin, size: shape });
    });
  },
};

/** What puts elements elsewhere. */
import { int } from '../scope.ts';
import type { Emitter } from './emitter.ts';

const gather: Emitter = ({ scope, inputs }) => scope.add('Gather', inputs, { axis: int(0) });

const concat: Emitter<{ axis: number }> = ({ scope, inputs, attributes }) =>
  scope.add('Concat', inputs, { axis: int(attributes.axis) });

/** Along the axes that it cuts, none of which is the batch's. */
const slice: Emitter<{ begin: readonly number[]; size: readonly number[] }> = (emission) => {
  const { scope, inputs, shapes, shape, attributes } = emission;
  const axes = shape.flatMap((size, axis) =>
    typeof size === 'number' && size !== shapes[0]![axis] ? [axis] : [],
  );
  const starts = axes.map((axis) => attributes.begin[axis]!);
  const ends = axes.map((axis) => attributes.begin[axis]! + attributes.size[axis]!);
  return scope.add('Slice', [inputs[0]!, scope.ints(...starts), scope.ints(...ends), scope.ints(...axes)]);
};

const pad: Emitter<{ before: readonly number[]; after: readonly number[] }> = (emission) => {
  const { scope, inputs, attributes } = emission;
  return scope.add('Pad', [inputs[0]!, scope.ints(...attributes.before, ...attributes.after)]);
};

const transpose: Emitter<{ permutation: readonly number[] }> = ({ scope, inputs, attributes }) =>
  scope.transposed(inputs[0]!, attributes.permutation);

/** −1 stands for the one size that follows the batch. */
const reshape: Emitter = ({ scope, inputs, shape }) => {
  const following = shape.filter((size) => typeof size !== 'number').length;
  const sizes = shape.map((size) => (typeof size === 'number' ? size : -1));
  const to = following > 1 ? scope.shape(shape) : scope.ints(...sizes);
  return scope.add('Reshape', [inputs[0]!, to]);
};

const broadcastTo: Emitter = ({ scope, inputs, shape }) =>
  scope.add('Expand', [inputs[0]!, scope.shape(shape)]);

export const movement = { gather, concat, slice, pad, transpose, reshape, broadcastTo };

/** Products of matrices, reductions, softmax and one-hot rows. */
import type { MatmulAttributes } from '../../../graph/operators/matmul.ts';
import type { ReduceAttributes } from '../../../graph/reduce.ts';
import { int } from '../scope.ts';
import type { Emission, Emitter } from './emitter.ts';

const matmul: Emitter<MatmulAttributes> = ({ scope, inputs, shapes, attributes }) => {
  const turned = [attributes.transposeA, attributes.transposeB];
  const operands = inputs.map((input, i) => {
    const axes = shapes[i]!.map((_, axis) => axis);
    const [row, column] = axes.splice(-2) as [number, number];
    return turned[i] ? scope.transposed(input, [...axes, column, row]) : input;
  });
  return scope.add('MatMul', operands);
};

const reduced =
  (op: string): Emitter<ReduceAttributes> =>
  ({ scope, inputs, attributes: { axes, keepDims } }: Emission<ReduceAttributes>) =>
    scope.add(op, [inputs[0]!, scope.ints(...axes)], {
      keepdims: int(keepDims ? 1 : 0),
      noop_with_empty_axes: int(1),
    });

const softmax: Emitter = ({ scope, inputs }) => scope.add('Softmax', inputs, { axis: int(-1) });

const oneHot: Emitter<{ depth: number }> = ({ scope, inputs, attributes }) => {
  const values = scope.tensor('off and on', { shape: [2], data: Float32Array.of(0, 1) });
  return scope.add('OneHot', [inputs[0]!, scope.ints(attributes.depth), values], { axis: int(-1) });
};

export const matrices = {
  matmul,
  sum: reduced('ReduceSum'),
  mean: reduced('ReduceMean'),
  max: reduced('ReduceMax'),
  softmax,
  oneHot,
};

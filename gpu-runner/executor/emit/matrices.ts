/** Products of matrices, and reductions. */
import { sizeOf } from '../../../shared/graph/operator.ts';
import type { MatmulAttributes } from '../../../shared/graph/operators/matmul.ts';
import type { ReduceAttributes } from '../../../shared/graph/reduce.ts';
import { attr } from '../graph-def.ts';
import { FLOAT, INT } from '../scope.ts';
import type { Emitter } from './emitter.ts';
import { reshaped } from './movement.ts';

const matmul: Emitter<MatmulAttributes> = ({ scope, node, inputs, types, attributes }) => {
  const [a, b] = inputs as [string, string];
  const [left, right] = types.map(({ shape }) => shape) as [readonly number[], readonly number[]];
  const { transposeA, transposeB } = attributes;
  const product = (x: string) =>
    scope.add(
      'MatMul',
      [x, b],
      { T: FLOAT, transpose_a: attr.flag(transposeA), transpose_b: attr.flag(transposeB) },
      { output: 'product' },
    );
  if (left.length === 2 && right.length === 2) return product(a);
  if (right.length === 2 && !transposeA) {
    const rows = reshaped(scope, a, [sizeOf(left.slice(0, -1)), left.at(-1)!]);
    return reshaped(scope, product(rows), node.shape);
  }
  return scope.add('BatchMatMulV2', [a, b], {
    T: FLOAT,
    adj_x: attr.flag(transposeA),
    adj_y: attr.flag(transposeB),
  });
};

const reduction =
  (op: string): Emitter<ReduceAttributes> =>
  ({ scope, inputs, attributes: { axes, keepDims } }) =>
    scope.add(op, [inputs[0]!, scope.ints(...axes)], {
      T: FLOAT,
      Tidx: INT,
      keep_dims: attr.flag(keepDims),
    });

export const matrices = { matmul, sum: reduction('Sum'), mean: reduction('Mean'), max: reduction('Max') };

/** Sums, means, largest elements, and products of matrices. */
import type { Shape } from '../../../graph/graph.ts';
import { sameShape, sizeOf } from '../../../graph/operator.ts';
import type { ReduceAttributes } from '../../../graph/reduce.ts';
import type { Kernel, Kernels, Tensor, TensorFlow } from './kernel.ts';

type Reduce = (tf: TensorFlow, x: Tensor, axes: number[], keepDims: boolean) => Tensor;

/** `ofNothing`: what no elements give, which the backends do not agree about. */
const reduction =
  (ofNothing: number, reduce: Reduce): Kernel<ReduceAttributes> =>
  (tf, [x], { axes, keepDims }, { shape }) => {
    if (x!.size === 0) return tf.fill([...shape], ofNothing);
    return axes.length > 0 ? reduce(tf, x!, [...axes], keepDims) : tf.clone(x!);
  };

export const reductions = {
  sum: reduction(0, (tf, x, axes, keepDims) => tf.sum(x, axes, keepDims)),
  mean: reduction(Number.NaN, (tf, x, axes, keepDims) => tf.mean(x, axes, keepDims)),
  max: reduction(Number.NEGATIVE_INFINITY, (tf, x, axes, keepDims) => tf.max(x, axes, keepDims)),
  matmul(tf, [a, b], { transposeA, transposeB }, { shape }) {
    if (a!.size === 0 || b!.size === 0) return tf.zeros([...shape]); // WebGL has no empty textures
    const batch = shape.slice(0, -2);
    const product = tf.matMul(
      asMatrices(tf, a!, batch),
      asMatrices(tf, b!, batch),
      transposeA,
      transposeB,
    ) as Tensor;
    return tf.reshape(product, [...shape]);
  },
} satisfies Partial<Kernels>;

/** [n, rows, columns] with n either that of `batch` or 1: its backends broadcast nothing else correctly. */
function asMatrices(tf: TensorFlow, x: Tensor, batch: Shape): Tensor {
  const matrix = x.shape.slice(-2);
  const count = sizeOf(x.shape.slice(0, -2));
  if (count === 1 || sameShape(x.shape.slice(0, -2), batch)) return tf.reshape(x, [count, ...matrix]);
  return tf.reshape(tf.broadcastTo(x, [...batch, ...matrix]), [sizeOf(batch), ...matrix]);
}

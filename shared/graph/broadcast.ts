/** Broadcasting as in NumPy: shapes are aligned at the right, and a dimension of 1 stretches. */
import type { Shape, TensorValue } from './graph.ts';
import {
  type Operator,
  sameShape,
  shapeError,
  showShape,
  sizeOf,
  type Tensor,
  type TensorFlow,
} from './operator.ts';

export function broadcastShapes(operator: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const m = a[i - rank + a.length] ?? 1;
    const n = b[i - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw shapeError(
        operator,
        `cannot broadcast ${showShape(a)} with ${showShape(b)}; dimensions must be equal or 1`,
      );
    }
    return m === 1 ? n : m;
  });
}

/** An elementwise operator of two inputs. */
export function binaryOperator(
  name: string,
  compute: (a: number, b: number) => number,
  tfjs: (tf: TensorFlow, a: Tensor, b: Tensor) => Tensor,
): Operator<2, Record<never, never>> {
  return {
    name,
    arity: 2,
    shape: ([a, b]) => broadcastShapes(name, a!, b!),
    plain: ([a, b], _, out) => forEachPair(a!, b!, out, compute),
    tfjs: (tf, [a, b]) => tfjs(tf, a!, b!),
  };
}

/** An elementwise operator of one input. */
export function unaryOperator(
  name: string,
  compute: (x: number) => number,
  tfjs: (tf: TensorFlow, x: Tensor) => Tensor,
): Operator<1, Record<never, never>> {
  return {
    name,
    arity: 1,
    shape: ([x]) => x!,
    plain([x], _, out) {
      for (let i = 0; i < out.data.length; i++) out.data[i] = compute(x!.data[i]!);
    },
    tfjs: (tf, [x]) => tfjs(tf, x!),
  };
}

function forEachPair(
  a: TensorValue,
  b: TensorValue,
  out: TensorValue,
  compute: (a: number, b: number) => number,
) {
  const to = out.data;
  if (sameShape(a.shape, out.shape) && isSuffix(b.shape, out.shape)) {
    const period = b.data.length; // a bias row, a scalar, or the whole
    for (let i = 0, j = 0; i < to.length; i++, j = j + 1 === period ? 0 : j + 1) {
      to[i] = compute(a.data[i]!, b.data[j]!);
    }
    return;
  }
  const indexA = sourceIndices(a.shape, out.shape);
  const indexB = sourceIndices(b.shape, out.shape);
  for (let i = 0; i < to.length; i++) to[i] = compute(a.data[indexA[i]!]!, b.data[indexB[i]!]!);
}

const isSuffix = (b: Shape, out: Shape): boolean => sameShape(b, out.slice(out.length - b.length));

/** For each element of `out`, the element of an input of shape `from` that it reads. */
function sourceIndices(from: Shape, out: Shape): Uint32Array {
  const indices = new Uint32Array(sizeOf(out));
  let outStride = 1;
  let fromStride = 1;
  for (let axis = out.length - 1; axis >= 0; axis--) {
    const n = out[axis]!;
    const m = from[axis - out.length + from.length] ?? 1;
    if (m > 1) {
      for (let i = 0; i < indices.length; i++) indices[i]! += (Math.floor(i / outStride) % n) * fromStride;
    }
    outStride *= n;
    fromStride *= m;
  }
  return indices;
}

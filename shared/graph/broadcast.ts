/** Broadcasting as in NumPy: shapes are aligned at the right, and a dimension of 1 stretches. */
import type { Shape, TensorData, TensorValue } from './graph.ts';
import { sameShape, shapeError, showShape, sizeOf } from './operator.ts';
import type { Ops, TensorRef } from './ops.ts';
import { broadcastStrides, copyStrided, stridesOf } from './strided.ts';

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

/** The elements of `value` stretched to `shape`. */
export function stretch({ shape: from, data }: TensorValue<TensorData>, shape: Shape): TensorData {
  if (sameShape(from, shape)) return data;
  const stretched = new Float64Array(sizeOf(shape));
  copyStrided(
    shape,
    { data, strides: broadcastStrides(from, shape) },
    { data: stretched, strides: stridesOf(shape) },
  );
  return stretched;
}

/** The gradient by an input of shape `shape` that was stretched: `dy` summed over where it went. */
export function sumTo(ops: Ops, dy: TensorRef, shape: Shape): TensorRef {
  if (sameShape(dy.shape, shape)) return dy;
  const lead = dy.shape.length - shape.length;
  const axes = dy.shape.flatMap((n, axis) =>
    axis < lead || (n !== 1 && shape[axis - lead] === 1) ? [axis] : [],
  );
  const summed = axes.length > 0 ? ops.sum(dy, { axes }) : dy;
  return sameShape(summed.shape, shape) ? summed : ops.reshape(summed, { shape });
}

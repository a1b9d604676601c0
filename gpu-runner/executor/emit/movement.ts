/** Operators that move elements without changing them. */
import type { DType, Shape } from '../../../shared/graph/graph.ts';
import type { Resize2dAttributes, ResizeMethod } from '../../../shared/graph/operators/resize2d.ts';
import { attr } from '../graph-def.ts';
import { FLOAT, INT, type Scope, type Value } from '../scope.ts';
import type { Emitter } from './emitter.ts';

export const reshaped = (scope: Scope, value: Value, shape: Shape, dtype: DType = 'float32'): Value =>
  scope.add('Reshape', [value, scope.ints(...shape)], { T: attr.type(dtype), Tshape: INT });

export const sliced = (
  scope: Scope,
  value: Value,
  begin: readonly number[],
  size: Shape,
  dtype: DType = 'float32',
): Value =>
  scope.add('Slice', [value, scope.ints(...begin), scope.ints(...size)], { T: attr.type(dtype), Index: INT });

/** Zeros before and after along each axis. */
export function padded(
  scope: Scope,
  value: Value,
  before: readonly number[],
  after: readonly number[],
): Value {
  const counts = Int32Array.from(before.flatMap((n, axis) => [n, after[axis]!]));
  const paddings = scope.constant('int32', [before.length, 2], counts);
  return scope.add('Pad', [value, paddings], { T: FLOAT, Tpaddings: INT });
}

/** Rows of axis 0. */
export const gathered = (scope: Scope, value: Value, indices: Value, dtype: DType): Value =>
  scope.add('GatherV2', [value, indices, scope.int(0)], {
    Tparams: attr.type(dtype),
    Tindices: INT,
    Taxis: INT,
    batch_dims: attr.int(0),
  });

const reshape: Emitter<{ shape: Shape }> = ({ scope, node, inputs }) =>
  reshaped(scope, inputs[0]!, node.shape, node.dtype);

const slice: Emitter<{ begin: Shape; size: Shape }> = ({
  scope,
  node,
  inputs,
  attributes: { begin, size },
}) => sliced(scope, inputs[0]!, begin, size, node.dtype);

const sliceAt: Emitter<{ size: number }> = ({ scope, node, inputs, types: [x], attributes: { size } }) => {
  const bound = (op: string, value: Value, limit: number) =>
    scope.add(op, [value, scope.int(limit)], { T: INT }, { output: 'z' });
  const rows = x!.shape[0]!;
  const start = bound('Maximum', bound('Minimum', inputs[1]!, rows - size), 0);
  const first = reshaped(scope, start, [1], 'int32');
  const rest = x!.shape.length - 1;
  const begin =
    rest === 0
      ? first
      : scope.add('ConcatV2', [first, scope.ints(...Array<number>(rest).fill(0)), scope.int(0)], {
          T: INT,
          N: attr.int(2),
          Tidx: INT,
        });
  return scope.add('Slice', [inputs[0]!, begin, scope.ints(...node.shape)], {
    T: attr.type(node.dtype),
    Index: INT,
  });
};

const gather: Emitter = ({ scope, node, inputs }) => gathered(scope, inputs[0]!, inputs[1]!, node.dtype);

const scatterAdd: Emitter<{ rows: number }> = ({ scope, inputs: [indices, values], attributes: { rows } }) =>
  scope.add('UnsortedSegmentSum', [values!, indices!, scope.int(rows)], {
    T: FLOAT,
    Tindices: INT,
    Tnumsegments: INT,
  });

const concat: Emitter<{ axis: number }> = ({ scope, inputs, attributes: { axis } }) =>
  inputs.length === 1
    ? inputs[0]!
    : scope.add('ConcatV2', [...inputs, scope.int(axis)], {
        T: FLOAT,
        N: attr.int(inputs.length),
        Tidx: INT,
      });

const pad: Emitter<{ before: Shape; after: Shape }> = ({ scope, inputs, attributes: { before, after } }) =>
  padded(scope, inputs[0]!, before, after);

const transpose: Emitter<{ permutation: Shape }> = ({ scope, inputs, attributes: { permutation } }) =>
  scope.add('Transpose', [inputs[0]!, scope.ints(...permutation)], { T: FLOAT, Tperm: INT }, { output: 'y' });

const broadcastTo: Emitter<{ shape: Shape }> = ({ scope, node, inputs }) =>
  scope.add('BroadcastTo', [inputs[0]!, scope.ints(...node.shape)], { T: FLOAT, Tidx: INT });

const RESIZE = { bilinear: 'ResizeBilinear', nearest: 'ResizeNearestNeighbor' } as const;
const HALF_PIXELS = { T: FLOAT, align_corners: attr.flag(false), half_pixel_centers: attr.flag(true) };

const resize2d: Emitter<Resize2dAttributes> = ({ scope, inputs, attributes: { height, width, method } }) =>
  scope.add(RESIZE[method], [inputs[0]!, scope.ints(height, width)], HALF_PIXELS, {
    output: 'resized_images',
  });

const resize2dGradient: Emitter<{ method: ResizeMethod; inputShape: Shape }> = ({
  scope,
  inputs,
  attributes: { method, inputShape },
}) => {
  const [, height, width] = inputShape as [number, number, number];
  if (method === 'nearest') {
    return scope.add('ResizeNearestNeighborGrad', [inputs[0]!, scope.ints(height, width)], HALF_PIXELS);
  }
  // Only the shape of the image is read.
  const image = scope.add('Fill', [scope.ints(...inputShape), scope.float(0)], { T: FLOAT, index_type: INT });
  return scope.add('ResizeBilinearGrad', [inputs[0]!, image], HALF_PIXELS);
};

export const movement = {
  reshape,
  slice,
  sliceAt,
  gather,
  scatterAdd,
  concat,
  pad,
  transpose,
  broadcastTo,
  resize2d,
  resize2dGradient,
};

/**
 * Pictures seen through another grid: each pixel of the output is read where `rows` and `columns` say, in pixels of the input, for each
 * picture of the batch its own way. Beyond the edge the edge goes on.
 */
import type { Ops, TensorRef } from '../../graph/ops.ts';

export interface PixelPlaces {
  /** [batch or 1, height or 1, width or 1] of the output, float32. */
  rows: TensorRef;
  columns: TensorRef;
}

/** The pixel that is nearest: for places that are whole numbers. `x` [batch, height, width, channels]. */
export function samplePixels(ops: Ops, x: TensorRef, { rows, columns }: PixelPlaces): TensorRef {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const row = within(ops, rows, height);
  const column = within(ops, columns, width);
  // exact in float32 up to 2²⁴ pixels in a batch
  const first = Float32Array.from({ length: batch }, (_, i) => i * height * width);
  const ofPicture = ops.constant(first, [batch, 1, 1]);
  const place = ops.add(ops.add(ops.multiply(row, ops.constant(width)), column), ofPicture);
  const pixels = ops.reshape(x, { shape: [batch * height * width, channels] });
  return ops.gather(pixels, ops.cast(place, { to: 'int32' }));
}

/** Between the four pixels around, by how near each is. */
export function interpolatePixels(ops: Ops, x: TensorRef, { rows, columns }: PixelPlaces): TensorRef {
  const [top, left] = [ops.floor(rows), ops.floor(columns)];
  const one = ops.constant(1);
  const down = share(ops, ops.subtract(rows, top));
  const right = share(ops, ops.subtract(columns, left));
  const at = (below: boolean, beside: boolean) =>
    samplePixels(ops, x, {
      rows: below ? ops.add(top, one) : top,
      columns: beside ? ops.add(left, one) : left,
    });
  const between = (a: TensorRef, b: TensorRef, of: TensorRef) =>
    ops.add(a, ops.multiply(ops.subtract(b, a), of));
  return between(
    between(at(false, false), at(false, true), right),
    between(at(true, false), at(true, true), right),
    down,
  );
}

/** Rows and columns of the output's own pixels: [1, height, 1] and [1, 1, width]. */
export function ownPlaces(ops: Ops, height: number, width: number): PixelPlaces {
  const count = (length: number) => Float32Array.from({ length }, (_, i) => i);
  return {
    rows: ops.constant(count(height), [1, height, 1]),
    columns: ops.constant(count(width), [1, 1, width]),
  };
}

const within = (ops: Ops, place: TensorRef, length: number): TensorRef =>
  ops.minimum(ops.maximum(place, ops.constant(0)), ops.constant(length - 1));

const share = (ops: Ops, x: TensorRef): TensorRef => ops.reshape(x, { shape: [...x.shape, 1] });

/**
 * Sliding windows over the height and width of images [batch, height, width, channels]: sizes and padding as in TensorFlow,
 * and the walk over what lies under them that the references of
 * convolutions and pools share.
 */
import type { Shape, TensorType } from './graph.ts';
import { type AnyValue, requireDtypes, sameShape, shapeError, showShape } from './operator.ts';

export type Padding = 'same' | 'valid';
/** Along height and width. */
export type Pair = readonly [height: number, width: number];

export type WindowAttributes = { strides: Pair; padding: Padding };

export interface Window {
  /** Places along this axis. */
  out: number;
  /** Padding before the first element; `same` puts the odd one after the last. */
  before: number;
}

export function windowAlong(
  size: number,
  kernel: number,
  stride: number,
  padding: Padding,
  dilation = 1,
): Window {
  const reach = (kernel - 1) * dilation + 1;
  if (padding === 'valid') return { out: Math.floor((size - reach) / stride) + 1, before: 0 };
  const out = Math.ceil(size / stride);
  return { out, before: Math.floor(Math.max((out - 1) * stride + reach - size, 0) / 2) };
}

/** Where the windows lie: element `i` of window `row` sees the image's row `row · strides[0] + i · dilations[0] - top`. */
export interface Windows {
  batch: number;
  height: number;
  width: number;
  /** Of a window, in elements. */
  size: Pair;
  strides: Pair;
  dilations: Pair;
  outHeight: number;
  outWidth: number;
  top: number;
  left: number;
}

/** `image`: shape of what the windows slide over. Throws in the operator's name where none fits. */
export function windowsOver(
  operator: string,
  image: Shape,
  size: readonly number[],
  attributes: WindowAttributes & { dilations?: Pair },
): Windows {
  const { strides, padding, dilations = [1, 1] } = attributes;
  const [height, width] = requireImages(operator, image);
  requirePair(operator, 'window', size);
  requirePair(operator, 'strides', strides);
  requirePair(operator, 'dilations', dilations);
  if (padding !== 'same' && padding !== 'valid') {
    throw shapeError(operator, `padding is "${padding}"; it takes "same" or "valid"`);
  }
  const rows = windowAlong(height, size[0]!, strides[0], padding, dilations[0]);
  const columns = windowAlong(width, size[1]!, strides[1], padding, dilations[1]);
  if (rows.out < 1 || columns.out < 1) {
    const dilated = dilations.some((n) => n > 1) ? ` with dilations ${showShape(dilations)}` : '';
    throw shapeError(
      operator,
      `a window of ${size[0]}×${size[1]}${dilated} does not fit into ${height}×${width}; make it smaller`,
    );
  }
  return {
    batch: image[0]!,
    height,
    width,
    size: [size[0]!, size[1]!],
    strides,
    dilations,
    outHeight: rows.out,
    outWidth: columns.out,
    top: rows.before,
    left: columns.before,
  };
}

/**
 * Calls `visit` for each run of neighbouring windows that see the image with the same of their elements, `tap`
 * (row · size[1] + column): `count` windows from pixel `out` of the output on, of which the first sees pixel `at` of the
 * image and each further one the pixel `strides[1]` on. Pixels count through batch, rows and columns. For any one window,
 * the taps come in row-major order; those that see padding are left out.
 */
export function forEachRun(
  windows: Windows,
  visit: (tap: number, out: number, at: number, count: number) => void,
): void {
  const { batch, height, width, size, strides, dilations, outHeight, outWidth, top, left } = windows;
  for (let image = 0; image < batch; image++) {
    for (let i = 0; i < size[0]; i++) {
      const y = i * dilations[0] - top;
      const [firstRow, endRow] = within(y, strides[0], height, outHeight);
      for (let j = 0; j < size[1]; j++) {
        const x = j * dilations[1] - left;
        const [firstColumn, endColumn] = within(x, strides[1], width, outWidth);
        if (endColumn <= firstColumn) continue;
        for (let row = firstRow; row < endRow; row++) {
          const out = (image * outHeight + row) * outWidth + firstColumn;
          const at = (image * height + row * strides[0] + y) * width + firstColumn * strides[1] + x;
          visit(i * size[1] + j, out, at, endColumn - firstColumn);
        }
      }
    }
  }
}

/** For each window of an image, how many of its elements see the image and not padding. */
export function tapsSeen(windows: Windows): Uint32Array {
  const seen = new Uint32Array(windows.outHeight * windows.outWidth);
  forEachRun({ ...windows, batch: 1 }, (_, out, _at, count) => {
    for (let n = 0; n < count; n++) seen[out + n]!++;
  });
  return seen;
}

/** The windows n, from the first to before the end, for which `first + n · stride` lies within [0, size). */
function within(first: number, stride: number, size: number, out: number): [first: number, end: number] {
  return [
    Math.max(0, Math.ceil(-first / stride)),
    Math.min(out, Math.floor((size - 1 - first) / stride) + 1),
  ];
}

/** Lets `add` sum up in float64, from zeros, what `out` then takes on. */
export function sumInto(out: AnyValue, add: (sums: Float64Array) => void): void {
  const sums = out.data instanceof Float64Array ? out.data.fill(0) : new Float64Array(out.data.length);
  add(sums);
  if (sums !== out.data) out.data.set(sums);
}

/** [height, width] of images. */
export function requireImages(operator: string, image: Shape): Pair {
  if (image.length !== 4) {
    throw shapeError(operator, `takes images [batch, height, width, channels], not ${showShape(image)}`);
  }
  return [image[1]!, image[2]!];
}

/** The gradient that reaches an operator has the type of what the operator gave. */
export function requireGradient(operator: string, dy: TensorType, output: TensorType): void {
  requireDtypes(operator, [dy], ['float32']);
  if (!sameShape(dy.shape, output.shape)) {
    throw shapeError(operator, `dy is ${showShape(dy.shape)}; it takes ${showShape(output.shape)}`);
  }
}

function requirePair(operator: string, name: string, pair: readonly number[]): void {
  if (pair.length < 2 || !pair.slice(0, 2).every((n) => Number.isInteger(n) && n > 0)) {
    throw shapeError(operator, `${name} is ${showShape(pair)}; it takes [height, width], whole and from 1`);
  }
}

/** Sliding windows over the height and width of an NHWC image: sizes and padding as in TensorFlow. */
import type { Shape } from './graph.ts';
import { shapeError, showShape } from './operator.ts';

export type Padding = 'same' | 'valid';

export interface Window {
  /** Places along this axis. */
  out: number;
  /** Zeros before the first element; `same` puts the odd one after the last. */
  before: number;
}

export function windowAlong(size: number, kernel: number, stride: number, padding: Padding): Window {
  if (padding === 'valid') return { out: Math.floor((size - kernel) / stride) + 1, before: 0 };
  const out = Math.ceil(size / stride);
  return { out, before: Math.floor(Math.max((out - 1) * stride + kernel - size, 0) / 2) };
}

/** [height, width] of the output. Throws where no window fits. */
export function windowShape(
  operator: string,
  x: Shape,
  kernel: readonly number[],
  strides: readonly number[],
  padding: Padding,
): [number, number] {
  if (x.length !== 4) {
    throw shapeError(operator, `takes images [batch, height, width, channels], not ${showShape(x)}`);
  }
  const height = windowAlong(x[1]!, kernel[0]!, strides[0]!, padding).out;
  const width = windowAlong(x[2]!, kernel[1]!, strides[1]!, padding).out;
  if (height < 1 || width < 1) {
    throw shapeError(
      operator,
      `a window of ${kernel[0]}×${kernel[1]} does not fit into ${x[1]}×${x[2]}; make it smaller`,
    );
  }
  return [height, width];
}

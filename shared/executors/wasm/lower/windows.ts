/** What windows over images have in common, in the words of kernels/window.h. */
import type { Node, Shape } from '../../../graph/graph.ts';
import { sizeOf } from '../../../graph/operator.ts';
import { type Pair, type WindowAttributes, type Windows, windowsOver } from '../../../graph/window.ts';

/** Windows of `size` over `image`, as the node's attributes have them. */
export const windowsOf = (node: Node, image: Shape, size: readonly number[]): Windows =>
  windowsOver(node.op, image, size, node.attributes as unknown as WindowAttributes);

export const windowWords = (w: Windows, channels: number): number[] => [
  w.batch,
  w.height,
  w.width,
  channels,
  w.outHeight,
  w.outWidth,
  ...w.size,
  ...w.strides,
  ...w.dilations,
  w.top,
  w.left,
];

export interface Frame {
  framed: boolean;
  height: number;
  width: number;
  channels: number;
  top: number;
  left: number;
  spread: Pair;
  repeat: number;
}

const reach = ({ size, dilations }: Windows, axis: 0 | 1) => (size[axis] - 1) * dilations[axis];

/** The images as they are, without a frame. */
export const unframed = ({ height, width }: Windows, channels: number): Frame => ({
  framed: false,
  height,
  width,
  channels,
  top: 0,
  left: 0,
  spread: [1, 1],
  repeat: 1,
});

/** Around images so that every window lies inside, if they need it; `repeat`: times that each channel is seen. */
export function frameOf(w: Windows, channels: number, repeat = 1): Frame {
  const height = (w.outHeight - 1) * w.strides[0] + reach(w, 0) + 1;
  const width = (w.outWidth - 1) * w.strides[1] + reach(w, 1) + 1;
  const isInside = w.top === 0 && w.left === 0 && height <= w.height && width <= w.width;
  if (isInside && repeat === 1) return unframed(w, channels);
  const { top, left } = w;
  return { framed: true, height, width, channels: channels * repeat, top, left, spread: [1, 1], repeat };
}

/** The windows turned round: over dy, spread by the strides, one for each pixel of the image. */
export function reversed(w: Windows, channels: number): { windows: Windows; frame: Frame } {
  const [top, left] = [reach(w, 0) - w.top, reach(w, 1) - w.left];
  const windows: Windows = {
    ...w,
    height: w.outHeight,
    width: w.outWidth,
    strides: [1, 1],
    outHeight: w.height,
    outWidth: w.width,
    top,
    left,
  };
  const frame = {
    framed: true,
    height: w.height + reach(w, 0),
    width: w.width + reach(w, 1),
    channels,
    top,
    left,
    spread: w.strides,
    repeat: 1,
  };
  return { windows, frame };
}

export const frameWords = (f: Frame): number[] => [
  f.framed ? 1 : 0,
  f.height,
  f.width,
  f.channels,
  f.top,
  f.left,
  ...f.spread,
  f.repeat,
];

export const frameSize = (f: Frame): number => (f.framed ? sizeOf([f.height, f.width, f.channels]) : 0);

/** Offset of each element of a window from its first, in the frame. */
export function tapOffsets({ size, dilations }: Windows, frame: Frame): number[] {
  return Array.from({ length: size[0] * size[1] }, (_, tap) => {
    const [row, column] = [Math.floor(tap / size[1]), tap % size[1]];
    return (row * dilations[0] * frame.width + column * dilations[1]) * frame.channels;
  });
}

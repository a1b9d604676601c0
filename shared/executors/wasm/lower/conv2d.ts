/** Convolutions and their gradients. Kernels that do not change are packed ahead of time. */
import type { Node } from '../../../graph/graph.ts';
import { sizeOf } from '../../../graph/operator.ts';
import type { Windows } from '../../../graph/window.ts';
import type { Epilogue, LowerContext, Lowering } from './lowering.ts';
import { addMatmul } from './matmul.ts';
import { COLUMNS, up } from './product.ts';
import { addQuantisedConv2d, addQuantisedMatmul } from './quantised.ts';
import {
  type Frame,
  frameOf,
  frameSize,
  frameWords,
  reversed,
  tapOffsets,
  windowsOf,
  windowWords,
} from './windows.ts';

/** A window of one pixel that moves by one: a matrix product over pixels. */
const isPointwise = ({ size, strides }: Windows) => [...size, ...strides].every((n) => n === 1);

export const lowerConv2d: Lowering = (context, node, epilogue) => {
  const [x, kernel] = [context.input(node, 0), context.input(node, 1)];
  const windows = windowsOf(node, x.shape, kernel.shape);
  const [channels, filters] = kernel.shape.slice(2) as [number, number];
  const rounding = context.rounding(node);
  if (isPointwise(windows)) {
    const m = sizeOf(x.shape.slice(0, 3));
    const product = { out: node, a: x, b: kernel, m, n: filters, k: channels };
    if (rounding) addQuantisedMatmul(context, product, epilogue, rounding);
    else addMatmul(context, product, epilogue);
  } else {
    const convolution = { node, x, kernel, channels, filters, windows, frame: frameOf(windows, channels) };
    if (rounding) addQuantisedConv2d(context, convolution, epilogue, rounding);
    else addConv2d(context, convolution, epilogue);
  }
};

export const lowerConv2dInputGradient: Lowering = (context, node, epilogue) => {
  const [dy, kernel] = [context.input(node, 0), context.input(node, 1)];
  const windows = windowsOf(node, node.shape, kernel.shape);
  const [filters, channels] = kernel.shape.slice(2) as [number, number]; // roles change: dy's channels go in
  if (isPointwise(windows)) {
    const m = sizeOf(dy.shape.slice(0, 3));
    const product = { out: node, a: dy, b: kernel, m, n: filters, k: channels, transposeB: true };
    addMatmul(context, product, epilogue);
  } else {
    const turned = reversed(windows, channels);
    addConv2d(context, { node, x: dy, kernel, channels, filters, ...turned, flipped: true }, epilogue);
  }
};

export interface Convolution {
  node: Node;
  x: Node;
  kernel: Node;
  channels: number;
  filters: number;
  windows: Windows;
  frame: Frame;
  flipped?: boolean;
}

function addConv2d(
  context: LowerContext,
  { node, x, kernel, channels, filters, windows, frame, flipped = false }: Convolution,
  { bias, activation }: Epilogue,
): void {
  if (sizeOf(node.shape) === 0) return;
  const taps = windows.size[0] * windows.size[1];
  const depth = taps * channels;
  const isPacked = context.isFixed(kernel);
  const packedSize = depth * up(filters, COLUMNS);
  let weights = context.at(kernel);
  if (isPacked) {
    weights = context.allocate(packedSize);
    context.packed(kernel);
    context.prepare('pack_conv2d', [weights, context.at(kernel), taps, channels, filters, flipped ? 1 : 0]);
  }
  // A row of the window is one run of memory, unless it is dilated.
  const offsets = tapOffsets(windows, frame);
  const inRow = windows.dilations[1] === 1 ? windows.size[1] : 1;
  const segments = offsets.filter((_, tap) => tap % inRow === 0);
  context.scratch(windows.outHeight * windows.outWidth + 3 + frameSize(frame) + (isPacked ? 0 : packedSize));
  context.add('conv2d', [
    context.at(node),
    context.at(x),
    weights,
    bias,
    activation,
    filters,
    isPacked ? 1 : 0,
    flipped ? 1 : 0,
    ...windowWords(windows, channels),
    ...frameWords(frame),
    segments.length,
    inRow * channels,
    ...segments,
  ]);
}

export const lowerConv2dKernelGradient: Lowering = (context, node) => {
  const [x, dy] = [context.input(node, 0), context.input(node, 1)];
  if (sizeOf(node.shape) === 0) return;
  const windows = windowsOf(node, x.shape, node.shape);
  const [channels, filters] = node.shape.slice(2) as [number, number];
  if (isPointwise(windows)) {
    const k = sizeOf(x.shape.slice(0, 3));
    addMatmul(context, { out: node, a: x, b: dy, m: channels, n: filters, k, transposeA: true });
    return;
  }
  const frame = frameOf(windows, channels);
  const { outHeight, outWidth } = windows;
  const depth = sizeOf(node.shape.slice(0, 3));
  context.scratch(outHeight + depth + 3 + frameSize(frame) + outHeight * outWidth * up(filters, COLUMNS));
  context.add('conv2d_kernel_gradient', [
    context.at(node),
    context.at(x),
    context.at(dy),
    filters,
    ...windowWords(windows, channels),
    ...frameWords(frame),
  ]);
};

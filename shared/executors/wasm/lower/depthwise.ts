/** Depthwise convolutions and their gradients. */
import { sizeOf } from '../../../graph/operator.ts';
import type { Lowering } from './lowering.ts';
import {
  frameOf,
  frameSize,
  frameWords,
  reversed,
  tapOffsets,
  unframed,
  windowsOf,
  windowWords,
} from './windows.ts';

export const lowerDepthwise: Lowering = (context, node, { bias, activation }) => {
  const [x, kernel] = [context.input(node, 0), context.input(node, 1)];
  if (sizeOf(node.shape) === 0) return;
  const [channels, multiplier] = kernel.shape.slice(2) as [number, number];
  const windows = windowsOf(node, x.shape, kernel.shape);
  // The kernel minds the border itself: a frame only repeats channels.
  const frame = multiplier > 1 ? frameOf(windows, channels, multiplier) : unframed(windows, channels);
  const offsets = tapOffsets(windows, frame);
  context.scratch(frameSize(frame));
  context.add('depthwise', [
    context.at(node),
    context.at(x),
    context.at(kernel),
    bias,
    activation,
    channels * multiplier,
    1,
    ...windowWords(windows, channels),
    ...frameWords(frame),
    offsets.length,
    ...offsets,
  ]);
};

export const lowerDepthwiseInputGradient: Lowering = (context, node, { bias, activation }) => {
  const [dy, kernel] = [context.input(node, 0), context.input(node, 1)];
  if (sizeOf(node.shape) === 0) return;
  const [channels, multiplier] = kernel.shape.slice(2) as [number, number];
  const filters = channels * multiplier;
  const { windows, frame } = reversed(windowsOf(node, node.shape, kernel.shape), filters);
  const offsets = tapOffsets(windows, frame).reverse();
  const places = windows.outHeight * windows.outWidth;
  context.scratch(frameSize(frame) + (multiplier > 1 ? places * filters : 0));
  context.add('depthwise', [
    context.at(node),
    context.at(dy),
    context.at(kernel),
    bias,
    activation,
    filters,
    multiplier,
    ...windowWords(windows, filters),
    ...frameWords(frame),
    offsets.length,
    ...offsets,
  ]);
};

export const lowerDepthwiseKernelGradient: Lowering = (context, node) => {
  const [x, dy] = [context.input(node, 0), context.input(node, 1)];
  if (sizeOf(node.shape) === 0) return;
  const [channels, multiplier] = node.shape.slice(2) as [number, number];
  const windows = windowsOf(node, x.shape, node.shape);
  const frame = frameOf(windows, channels, multiplier);
  const offsets = tapOffsets(windows, frame);
  context.scratch(windows.outHeight * windows.outWidth + 3 + frameSize(frame));
  context.add('depthwise_kernel_gradient', [
    context.at(node),
    context.at(x),
    context.at(dy),
    0,
    0,
    channels * multiplier,
    1,
    ...windowWords(windows, channels),
    ...frameWords(frame),
    offsets.length,
    ...offsets,
  ]);
};

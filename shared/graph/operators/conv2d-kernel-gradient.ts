/** Gradient of `conv2d` by its kernel: images x with dy [batch, height', width', out] → `kernelShape`. */
import type { Shape } from '../graph.ts';
import { float32, type Operator, requireDtypes, sizeOf } from '../operator.ts';
import { forEachRun, requireGradient, sumInto, windowsOver } from '../window.ts';
import { type ConvAttributes, type ConvOptions, completeConv, convType } from './conv2d.ts';

export type ConvKernelGradientAttributes = ConvAttributes & { kernelShape: Shape };
export type ConvKernelGradientOptions = ConvOptions & { kernelShape: Shape };

export const conv2dKernelGradient: Operator<2, ConvKernelGradientAttributes, ConvKernelGradientOptions> = {
  name: 'conv2dKernelGradient',
  arity: 2,
  complete: (given) => ({ ...completeConv(given), kernelShape: given.kernelShape }),
  type([x, dy], attributes) {
    const { kernelShape } = attributes;
    requireDtypes('conv2dKernelGradient', [x!], ['float32']);
    requireGradient(
      'conv2dKernelGradient',
      dy!,
      convType('conv2dKernelGradient', x!.shape, kernelShape, attributes),
    );
    return float32(kernelShape);
  },
  reference([x, dy], attributes, out) {
    const [channels, filters] = out.shape.slice(2) as [number, number];
    const windows = windowsOver('conv2dKernelGradient', x!.shape, out.shape, attributes);
    const skip = (windows.strides[1] - 1) * channels;
    const image = x!.data;
    const given = dy!.data;
    sumInto(out, (sums) =>
      forEachRun(windows, (tap, place, at, count) => {
        let from = at * channels;
        for (let n = 0, row = place * filters; n < count; n++, row += filters, from += skip) {
          let to = tap * channels * filters;
          for (let c = 0; c < channels; c++) {
            const value = image[from++]!;
            for (let f = 0; f < filters; f++) sums[to++]! += value * given[row + f]!;
          }
        }
      }),
    );
  },
  gradient: ({ ops, inputs: [x, dy], attributes, dy: dk }) => [
    ops.conv2dInputGradient(dy!, dk, { ...attributes, inputShape: x!.shape }),
    ops.conv2d(x!, dk, attributes),
  ],
  multiplyAdds: ([, dy], { kernelShape }) => sizeOf(dy!.shape) * sizeOf(kernelShape.slice(0, 3)),
};

/** Gradient of `depthwiseConv2d` by its kernel: images x with dy [batch, height', width', channels · multiplier] → `kernelShape`. */
import { float32, type Operator, requireDtypes, sizeOf } from '../operator.ts';
import { forEachRun, requireGradient, sumInto, windowsOver } from '../window.ts';
import { completeConv } from './conv2d.ts';
import type { ConvKernelGradientAttributes, ConvKernelGradientOptions } from './conv2d-kernel-gradient.ts';
import { depthwiseType } from './depthwise-conv2d.ts';

export const depthwiseConv2dKernelGradient: Operator<
  2,
  ConvKernelGradientAttributes,
  ConvKernelGradientOptions
> = {
  name: 'depthwiseConv2dKernelGradient',
  arity: 2,
  complete: (given) => ({ ...completeConv(given), kernelShape: given.kernelShape }),
  type([x, dy], attributes) {
    const { kernelShape } = attributes;
    requireDtypes('depthwiseConv2dKernelGradient', [x!], ['float32']);
    requireGradient(
      'depthwiseConv2dKernelGradient',
      dy!,
      depthwiseType('depthwiseConv2dKernelGradient', x!.shape, kernelShape, attributes),
    );
    return float32(kernelShape);
  },
  reference([x, dy], attributes, out) {
    const [channels, multiplier] = out.shape.slice(2) as [number, number];
    const windows = windowsOver('depthwiseConv2dKernelGradient', x!.shape, out.shape, attributes);
    const skip = (windows.strides[1] - 1) * channels;
    const image = x!.data;
    const given = dy!.data;
    sumInto(out, (sums) =>
      forEachRun(windows, (tap, place, at, count) => {
        let from = at * channels;
        let row = place * channels * multiplier;
        for (let n = 0; n < count; n++, from += skip) {
          let to = tap * channels * multiplier;
          for (let c = 0; c < channels; c++) {
            const value = image[from++]!;
            for (let m = 0; m < multiplier; m++) sums[to++]! += value * given[row++]!;
          }
        }
      }),
    );
  },
  gradient: ({ ops, inputs: [x, dy], attributes, dy: dk }) => [
    ops.depthwiseConv2dInputGradient(dy!, dk, { ...attributes, inputShape: x!.shape }),
    ops.depthwiseConv2d(x!, dk, attributes),
  ],
  multiplyAdds: ([, dy], { kernelShape }) => sizeOf(dy!.shape) * sizeOf(kernelShape.slice(0, 2)),
};

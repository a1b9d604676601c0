/** Gradient of `depthwiseConv2d` by its images: dy [batch, height', width', channels · multiplier] with the kernel → `inputShape`. */
import { float32, type Operator, requireDtypes, sizeOf } from '../operator.ts';
import { forEachRun, requireGradient, sumInto, windowsOver } from '../window.ts';
import { completeConv } from './conv2d.ts';
import type { ConvInputGradientAttributes, ConvInputGradientOptions } from './conv2d-input-gradient.ts';
import { depthwiseType } from './depthwise-conv2d.ts';

export const depthwiseConv2dInputGradient: Operator<
  2,
  ConvInputGradientAttributes,
  ConvInputGradientOptions
> = {
  name: 'depthwiseConv2dInputGradient',
  arity: 2,
  complete: (given) => ({ ...completeConv(given), inputShape: given.inputShape }),
  type([dy, kernel], attributes) {
    const { inputShape } = attributes;
    requireDtypes('depthwiseConv2dInputGradient', [dy!, kernel!], ['float32', 'float32']);
    const output = depthwiseType('depthwiseConv2dInputGradient', inputShape, kernel!.shape, attributes);
    requireGradient('depthwiseConv2dInputGradient', dy!, output);
    return float32(inputShape);
  },
  reference([dy, kernel], attributes, out) {
    const [channels, multiplier] = kernel!.shape.slice(2) as [number, number];
    const windows = windowsOver('depthwiseConv2dInputGradient', out.shape, kernel!.shape, attributes);
    const skip = (windows.strides[1] - 1) * channels;
    const given = dy!.data;
    const weights = kernel!.data;
    sumInto(out, (sums) =>
      forEachRun(windows, (tap, place, at, count) => {
        let from = place * channels * multiplier;
        let to = at * channels;
        for (let n = 0; n < count; n++, to += skip) {
          let w = tap * channels * multiplier;
          for (let c = 0; c < channels; c++, to++) {
            for (let m = 0; m < multiplier; m++) sums[to]! += given[from++]! * weights[w++]!;
          }
        }
      }),
    );
  },
  gradient: ({ ops, inputs: [dy, kernel], attributes, dy: dx }) => [
    ops.depthwiseConv2d(dx, kernel!, attributes),
    ops.depthwiseConv2dKernelGradient(dx, dy!, { ...attributes, kernelShape: kernel!.shape }),
  ],
  multiplyAdds: ([dy, kernel]) => sizeOf(dy!.shape) * sizeOf(kernel!.shape.slice(0, 2)),
};

/** Gradient of `conv2d` by its images: dy [batch, height', width', out] with the kernel → `inputShape`. */
import type { Shape } from '../graph.ts';
import { float32, type Operator, requireDtypes, sizeOf } from '../operator.ts';
import { forEachRun, requireGradient, sumInto, windowsOver } from '../window.ts';
import { type ConvAttributes, type ConvOptions, completeConv, convType } from './conv2d.ts';

export type ConvInputGradientAttributes = ConvAttributes & { inputShape: Shape };
export type ConvInputGradientOptions = ConvOptions & { inputShape: Shape };

export const conv2dInputGradient: Operator<2, ConvInputGradientAttributes, ConvInputGradientOptions> = {
  name: 'conv2dInputGradient',
  arity: 2,
  complete: (given) => ({ ...completeConv(given), inputShape: given.inputShape }),
  type([dy, kernel], attributes) {
    const { inputShape } = attributes;
    requireDtypes('conv2dInputGradient', [dy!, kernel!], ['float32', 'float32']);
    const output = convType('conv2dInputGradient', inputShape, kernel!.shape, attributes);
    requireGradient('conv2dInputGradient', dy!, output);
    return float32(inputShape);
  },
  reference([dy, kernel], attributes, out) {
    const [channels, filters] = kernel!.shape.slice(2) as [number, number];
    const windows = windowsOver('conv2dInputGradient', out.shape, kernel!.shape, attributes);
    const skip = (windows.strides[1] - 1) * channels;
    const given = dy!.data;
    const weights = kernel!.data;
    sumInto(out, (sums) =>
      forEachRun(windows, (tap, place, at, count) => {
        let to = at * channels;
        for (let n = 0, from = place * filters; n < count; n++, from += filters, to += skip) {
          let w = tap * channels * filters;
          for (let c = 0; c < channels; c++) {
            let sum = 0;
            for (let f = 0; f < filters; f++) sum += given[from + f]! * weights[w++]!;
            sums[to++]! += sum;
          }
        }
      }),
    );
  },
  gradient: ({ ops, inputs: [dy, kernel], attributes, dy: dx }) => [
    ops.conv2d(dx, kernel!, attributes),
    ops.conv2dKernelGradient(dx, dy!, { ...attributes, kernelShape: kernel!.shape }),
  ],
  multiplyAdds: ([dy, kernel]) => sizeOf(dy!.shape) * sizeOf(kernel!.shape.slice(0, 3)),
};

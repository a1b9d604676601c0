/**
 * [batch, height, width, channels] with a kernel [height, width, channels, multiplier] → [batch, height', width',
 * channels · multiplier]: each channel by itself gives `multiplier` neighbouring ones.
 */
import type { Shape, TensorType } from '../graph.ts';
import { float32, type Operator, requireDtypes, sizeOf } from '../operator.ts';
import { forEachRun, sumInto, windowsOver } from '../window.ts';
import { type ConvAttributes, type ConvOptions, completeConv, requireKernel } from './conv2d.ts';

/** What a depthwise convolution gives; its gradients' rules start from it, too. */
export function depthwiseType(
  operator: string,
  x: Shape,
  kernel: Shape,
  attributes: ConvAttributes,
): TensorType {
  requireKernel(operator, x, kernel, 'multiplier');
  const { batch, outHeight, outWidth } = windowsOver(operator, x, kernel, attributes);
  return float32([batch, outHeight, outWidth, kernel[2]! * kernel[3]!]);
}

export const depthwiseConv2d: Operator<2, ConvAttributes, ConvOptions> = {
  name: 'depthwiseConv2d',
  arity: 2,
  complete: completeConv,
  type([x, kernel], attributes) {
    requireDtypes('depthwiseConv2d', [x!, kernel!], ['float32', 'float32']);
    return depthwiseType('depthwiseConv2d', x!.shape, kernel!.shape, attributes);
  },
  reference([x, kernel], attributes, out) {
    const [channels, multiplier] = kernel!.shape.slice(2) as [number, number];
    const windows = windowsOver('depthwiseConv2d', x!.shape, kernel!.shape, attributes);
    const skip = (windows.strides[1] - 1) * channels;
    const image = x!.data;
    const weights = kernel!.data;
    sumInto(out, (sums) =>
      forEachRun(windows, (tap, place, at, count) => {
        let from = at * channels;
        let to = place * channels * multiplier;
        for (let n = 0; n < count; n++, from += skip) {
          let w = tap * channels * multiplier;
          for (let c = 0; c < channels; c++) {
            const value = image[from++]!;
            for (let m = 0; m < multiplier; m++) sums[to++]! += value * weights[w++]!;
          }
        }
      }),
    );
  },
  gradient: ({ ops, inputs: [x, kernel], attributes, dy }) => [
    ops.depthwiseConv2dInputGradient(dy, kernel!, { ...attributes, inputShape: x!.shape }),
    ops.depthwiseConv2dKernelGradient(x!, dy, { ...attributes, kernelShape: kernel!.shape }),
  ],
  multiplyAdds: ([, kernel], _, output) => sizeOf(output.shape) * sizeOf(kernel!.shape.slice(0, 2)),
};

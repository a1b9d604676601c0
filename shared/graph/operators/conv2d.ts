/** [batch, height, width, in] with a kernel [height, width, in, out] → [batch, height', width', out]. */
import type { Shape, TensorType } from '../graph.ts';
import { float32, type Operator, requireDtypes, shapeError, showShape, sizeOf } from '../operator.ts';
import {
  forEachRun,
  type Pair,
  requireImages,
  sumInto,
  type WindowAttributes,
  windowsOver,
} from '../window.ts';

export type ConvAttributes = WindowAttributes & { dilations: Pair };
/** As given: `dilations` are 1 unless told. */
export type ConvOptions = WindowAttributes & { dilations?: Pair };

export const completeConv = ({ strides, padding, dilations = [1, 1] }: ConvOptions): ConvAttributes => ({
  strides,
  padding,
  dilations,
});

/** What a convolution gives; its gradients' rules start from it, too. */
export function convType(operator: string, x: Shape, kernel: Shape, attributes: ConvAttributes): TensorType {
  requireKernel(operator, x, kernel, 'filters');
  const { batch, outHeight, outWidth } = windowsOver(operator, x, kernel, attributes);
  return float32([batch, outHeight, outWidth, kernel[3]!]);
}

/** `last`: what its fourth axis is. */
export function requireKernel(operator: string, x: Shape, kernel: Shape, last: string): void {
  requireImages(operator, x);
  if (kernel.length !== 4 || kernel[2] !== x[3]) {
    throw shapeError(
      operator,
      `a kernel ${showShape(kernel)} does not fit images ${showShape(x)}; it takes [height, width, ${x[3]}, ${last}]`,
    );
  }
}

export const conv2d: Operator<2, ConvAttributes, ConvOptions> = {
  name: 'conv2d',
  arity: 2,
  complete: completeConv,
  type([x, kernel], attributes) {
    requireDtypes('conv2d', [x!, kernel!], ['float32', 'float32']);
    return convType('conv2d', x!.shape, kernel!.shape, attributes);
  },
  reference([x, kernel], attributes, out) {
    const [channels, filters] = kernel!.shape.slice(2) as [number, number];
    const windows = windowsOver('conv2d', x!.shape, kernel!.shape, attributes);
    const skip = (windows.strides[1] - 1) * channels;
    const image = x!.data;
    const weights = kernel!.data;
    sumInto(out, (sums) =>
      forEachRun(windows, (tap, place, at, count) => {
        let from = at * channels;
        for (let n = 0, to = place * filters; n < count; n++, to += filters, from += skip) {
          let w = tap * channels * filters;
          for (let c = 0; c < channels; c++) {
            const value = image[from++]!;
            for (let f = 0; f < filters; f++) sums[to + f]! += value * weights[w++]!;
          }
        }
      }),
    );
  },
  gradient: ({ ops, inputs: [x, kernel], attributes, dy }) => [
    ops.conv2dInputGradient(dy, kernel!, { ...attributes, inputShape: x!.shape }),
    ops.conv2dKernelGradient(x!, dy, { ...attributes, kernelShape: kernel!.shape }),
  ],
  multiplyAdds: ([, kernel], _, output) => sizeOf(output.shape) * sizeOf(kernel!.shape.slice(0, 3)),
};

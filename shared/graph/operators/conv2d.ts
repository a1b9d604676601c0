/** [batch, height, width, in] with a kernel [height, width, in, out] → [batch, height', width', out]. */
import type { Attributes } from '../graph.ts';
import { type Operator, shapeError, showShape, type Tensor } from '../operator.ts';
import { type Padding, windowAlong, windowShape } from '../window.ts';

export interface Conv2dAttributes extends Attributes {
  strides: readonly [number, number];
  padding: Padding;
}

export const conv2d: Operator<2, Conv2dAttributes> = {
  name: 'conv2d',
  arity: 2,
  shape([x, kernel], { strides, padding }) {
    if (kernel!.length !== 4 || x!.at(-1) !== kernel![2]) {
      throw shapeError(
        'conv2d',
        `a kernel ${showShape(kernel!)} does not fit the channels of ${showShape(x!)}`,
      );
    }
    return [x![0]!, ...windowShape('conv2d', x!, kernel!, strides, padding), kernel![3]!];
  },
  plain([x, kernel], { strides, padding }, out) {
    const [, height, width, channels] = x!.shape as [number, number, number, number];
    const [kernelHeight, kernelWidth] = kernel!.shape as [number, number];
    const [batch, outHeight, outWidth, filters] = out.shape as [number, number, number, number];
    const top = windowAlong(height, kernelHeight, strides[0], padding).before;
    const left = windowAlong(width, kernelWidth, strides[1], padding).before;
    const sums = new Float64Array(filters);
    let to = 0;
    for (let image = 0; image < batch; image++) {
      for (let row = 0; row < outHeight; row++) {
        for (let column = 0; column < outWidth; column++, to += filters) {
          sums.fill(0);
          for (let i = 0; i < kernelHeight; i++) {
            const y = row * strides[0] + i - top;
            if (y < 0 || y >= height) continue;
            for (let j = 0; j < kernelWidth; j++) {
              const z = column * strides[1] + j - left;
              if (z < 0 || z >= width) continue;
              const from = ((image * height + y) * width + z) * channels;
              let weight = (i * kernelWidth + j) * channels * filters;
              for (let channel = 0; channel < channels; channel++) {
                const value = x!.data[from + channel]!;
                for (let f = 0; f < filters; f++) sums[f]! += value * kernel!.data[weight++]!;
              }
            }
          }
          out.data.set(sums, to);
        }
      }
    }
  },
  tfjs: (tf, [x, kernel], { strides, padding }) =>
    tf.conv2d(x as Tensor as never, kernel as Tensor as never, [...strides], padding) as Tensor,
};

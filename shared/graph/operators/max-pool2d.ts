/** [batch, height, width, channels] → the largest of each window. Padding counts as nothing, not as zero. */
import type { Attributes } from '../graph.ts';
import type { Operator, Tensor } from '../operator.ts';
import { type Padding, windowAlong, windowShape } from '../window.ts';

export interface MaxPool2dAttributes extends Attributes {
  size: readonly [number, number];
  strides: readonly [number, number];
  padding: Padding;
}

export const maxPool2d: Operator<1, MaxPool2dAttributes> = {
  name: 'maxPool2d',
  arity: 1,
  shape: ([x], { size, strides, padding }) => [
    x![0]!,
    ...windowShape('maxPool2d', x!, size, strides, padding),
    x![3]!,
  ],
  plain([x], { size, strides, padding }, out) {
    const [, height, width, channels] = x!.shape as [number, number, number, number];
    const [batch, outHeight, outWidth] = out.shape as [number, number, number];
    const top = windowAlong(height, size[0], strides[0], padding).before;
    const left = windowAlong(width, size[1], strides[1], padding).before;
    out.data.fill(Number.NEGATIVE_INFINITY);
    let to = 0;
    for (let image = 0; image < batch; image++) {
      for (let row = 0; row < outHeight; row++) {
        for (let column = 0; column < outWidth; column++, to += channels) {
          for (let i = 0; i < size[0]; i++) {
            const y = row * strides[0] + i - top;
            if (y < 0 || y >= height) continue;
            for (let j = 0; j < size[1]; j++) {
              const z = column * strides[1] + j - left;
              if (z < 0 || z >= width) continue;
              const from = ((image * height + y) * width + z) * channels;
              for (let channel = 0; channel < channels; channel++) {
                out.data[to + channel] = Math.max(out.data[to + channel]!, x!.data[from + channel]!);
              }
            }
          }
        }
      }
    }
  },
  tfjs: (tf, [x], { size, strides, padding }) =>
    tf.maxPool(x as Tensor as never, [...size], [...strides], padding) as Tensor,
};

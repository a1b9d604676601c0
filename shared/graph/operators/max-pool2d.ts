/** [batch, height, width, channels] → the largest of each window. Padding counts as nothing, not as zero; NaN as largest. */
import type { Shape, TensorType } from '../graph.ts';
import { float32, type Operator, requireDtypes } from '../operator.ts';
import { forEachRun, type Pair, type WindowAttributes, windowsOver } from '../window.ts';

export type PoolAttributes = WindowAttributes & { size: Pair };

/** What a pool gives; the rules of gradients start from it, too. */
export function poolType(operator: string, x: Shape, attributes: PoolAttributes): TensorType {
  const { batch, outHeight, outWidth } = windowsOver(operator, x, attributes.size, attributes);
  return float32([batch, outHeight, outWidth, x[3]!]);
}

export const maxPool2d: Operator<1, PoolAttributes> = {
  name: 'maxPool2d',
  arity: 1,
  type([x], attributes) {
    requireDtypes('maxPool2d', [x!], ['float32']);
    return poolType('maxPool2d', x!.shape, attributes);
  },
  reference([x], attributes, out) {
    const channels = x!.shape[3]!;
    const windows = windowsOver('maxPool2d', x!.shape, attributes.size, attributes);
    const skip = (windows.strides[1] - 1) * channels;
    const image = x!.data;
    const largest = out.data.fill(Number.NEGATIVE_INFINITY);
    forEachRun(windows, (_, place, at, count) => {
      let from = at * channels;
      let to = place * channels;
      for (let n = 0; n < count; n++, from += skip) {
        for (let c = 0; c < channels; c++, to++) {
          const value = image[from++]!;
          if (value > largest[to]! || Number.isNaN(value)) largest[to] = value;
        }
      }
    });
  },
  gradient: ({ ops, inputs: [x], output, attributes, dy }) => [
    ops.maxPool2dGradient(x!, output, dy, attributes),
  ],
};

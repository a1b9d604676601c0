/** [batch, height, width, channels] → the mean of each window. Padding is not counted. */
import { type Operator, requireDtypes } from '../operator.ts';
import { forEachRun, sumInto, tapsSeen, windowsOver } from '../window.ts';
import { type PoolAttributes, poolType } from './max-pool2d.ts';

export const averagePool2d: Operator<1, PoolAttributes> = {
  name: 'averagePool2d',
  arity: 1,
  type([x], attributes) {
    requireDtypes('averagePool2d', [x!], ['float32']);
    return poolType('averagePool2d', x!.shape, attributes);
  },
  reference([x], attributes, out) {
    const channels = x!.shape[3]!;
    const windows = windowsOver('averagePool2d', x!.shape, attributes.size, attributes);
    const skip = (windows.strides[1] - 1) * channels;
    const image = x!.data;
    const seen = tapsSeen(windows);
    sumInto(out, (sums) => {
      forEachRun(windows, (_, place, at, count) => {
        let from = at * channels;
        let to = place * channels;
        for (let n = 0; n < count; n++, from += skip) {
          for (let c = 0; c < channels; c++) sums[to++]! += image[from++]!;
        }
      });
      for (let i = 0; i < sums.length; i++) sums[i]! /= seen[Math.floor(i / channels) % seen.length]!;
    });
  },
  gradient: ({ ops, inputs: [x], attributes, dy }) => [
    ops.averagePool2dGradient(dy, { ...attributes, inputShape: x!.shape }),
  ],
};

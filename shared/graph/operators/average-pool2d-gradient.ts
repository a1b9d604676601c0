/** Gradient of `averagePool2d`: dy → `inputShape`; each window shares its dy among what it saw. */
import type { Shape } from '../graph.ts';
import { float32, type Operator } from '../operator.ts';
import { forEachRun, requireGradient, sumInto, tapsSeen, windowsOver } from '../window.ts';
import { type PoolAttributes, poolType } from './max-pool2d.ts';

export type AveragePool2dGradientAttributes = PoolAttributes & { inputShape: Shape };

export const averagePool2dGradient: Operator<1, AveragePool2dGradientAttributes> = {
  name: 'averagePool2dGradient',
  arity: 1,
  type([dy], attributes) {
    const { inputShape } = attributes;
    requireGradient('averagePool2dGradient', dy!, poolType('averagePool2dGradient', inputShape, attributes));
    return float32(inputShape);
  },
  reference([dy], attributes, out) {
    const channels = out.shape[3]!;
    const windows = windowsOver('averagePool2dGradient', out.shape, attributes.size, attributes);
    const skip = (windows.strides[1] - 1) * channels;
    const given = dy!.data;
    const seen = tapsSeen(windows);
    sumInto(out, (sums) =>
      forEachRun(windows, (_, place, at, count) => {
        let to = at * channels;
        let from = place * channels;
        for (let n = 0; n < count; n++, to += skip) {
          const sharers = seen[(place + n) % seen.length]!;
          for (let c = 0; c < channels; c++) sums[to++]! += given[from++]! / sharers;
        }
      }),
    );
  },
  gradient: ({ ops, attributes: { size, strides, padding }, dy: dx }) => [
    ops.averagePool2d(dx, { size, strides, padding }),
  ],
};

/** Gradient of `maxPool2d`: x, what the pool gave for it, dy → dx. A window's dy goes to its first largest, in row-major order. */
import { float32, type Operator, requireDtypes } from '../operator.ts';
import { forEachRun, requireGradient, sumInto, windowsOver } from '../window.ts';
import { type PoolAttributes, poolType } from './max-pool2d.ts';

export const maxPool2dGradient: Operator<3, PoolAttributes> = {
  name: 'maxPool2dGradient',
  arity: 3,
  type([x, y, dy], attributes) {
    requireDtypes('maxPool2dGradient', [x!], ['float32']);
    const output = poolType('maxPool2dGradient', x!.shape, attributes);
    requireGradient('maxPool2dGradient', y!, output);
    requireGradient('maxPool2dGradient', dy!, output);
    return float32(x!.shape);
  },
  reference([x, y, dy], attributes, out) {
    const channels = x!.shape[3]!;
    const windows = windowsOver('maxPool2dGradient', x!.shape, attributes.size, attributes);
    const skip = (windows.strides[1] - 1) * channels;
    const image = x!.data;
    const largest = y!.data;
    const given = dy!.data;
    const done = new Uint8Array(largest.length); // windows whose dy is given away
    sumInto(out, (sums) =>
      forEachRun(windows, (_, place, at, count) => {
        let to = at * channels;
        let window = place * channels;
        for (let n = 0; n < count; n++, to += skip) {
          for (let c = 0; c < channels; c++, to++, window++) {
            const value = image[to]!;
            if (done[window] || (value !== largest[window] && !Number.isNaN(value))) continue;
            sums[to]! += given[window]!;
            done[window] = 1;
          }
        }
      }),
    );
  },
};

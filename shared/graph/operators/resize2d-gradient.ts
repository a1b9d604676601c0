/** Gradient of `resize2d`: dy → `inputShape`; each pixel's dy goes where the pixel came from. */
import type { Shape } from '../graph.ts';
import { float32, type Operator, requireDtypes, shapeError, showShape, sizeOf } from '../operator.ts';
import { requireImages, sumInto } from '../window.ts';
import { forEachSource, type ResizeMethod, requireMethod, requireSizes } from './resize2d.ts';

export type Resize2dGradientAttributes = { method: ResizeMethod; inputShape: Shape };

export const resize2dGradient: Operator<1, Resize2dGradientAttributes> = {
  name: 'resize2dGradient',
  arity: 1,
  type([dy], { method, inputShape }) {
    requireDtypes('resize2dGradient', [dy!], ['float32']);
    requireSizes('resize2dGradient', requireImages('resize2dGradient', dy!.shape));
    requireSizes('resize2dGradient', requireImages('resize2dGradient', inputShape));
    requireMethod('resize2dGradient', method);
    if (dy!.shape[0] !== inputShape[0] || dy!.shape[3] !== inputShape[3]) {
      throw shapeError(
        'resize2dGradient',
        `dy ${showShape(dy!.shape)} and inputShape ${showShape(inputShape)} differ in batch or channels`,
      );
    }
    return float32(inputShape);
  },
  reference([dy], { method }, out) {
    const channels = out.shape[3]!;
    const given = dy!.data;
    sumInto(out, (sums) =>
      forEachSource(out.shape, dy!.shape, method, (place, at, weight) => {
        const from = place * channels;
        const to = at * channels;
        for (let c = 0; c < channels; c++) sums[to + c]! += given[from + c]! * weight;
      }),
    );
  },
  gradient: ({ ops, inputs: [dy], attributes: { method }, dy: dx }) => {
    const [, height, width] = dy!.shape as [number, number, number];
    return [ops.resize2d(dx, { height, width, method })];
  },
  multiplyAdds: ([dy], { method }) => sizeOf(dy!.shape) * (method === 'bilinear' ? 4 : 1),
};

/**
 * [batch, height, width, channels] → the same images at another height and width, with half-pixel centres, as
 * tf.image.resize. `nearest` takes floor((i + 0.5) · scale), worked out in whole numbers so that it is the same everywhere.
 */
import type { Shape } from '../graph.ts';
import { float32, type Operator, requireDtypes, shapeError, sizeOf } from '../operator.ts';
import { requireImages, sumInto } from '../window.ts';

export type ResizeMethod = 'nearest' | 'bilinear';
export type Resize2dAttributes = { height: number; width: number; method: ResizeMethod };

export const resize2d: Operator<1, Resize2dAttributes> = {
  name: 'resize2d',
  arity: 1,
  type([x], { height, width, method }) {
    requireDtypes('resize2d', [x!], ['float32']);
    requireSizes('resize2d', requireImages('resize2d', x!.shape));
    requireSizes('resize2d', [height, width]);
    requireMethod('resize2d', method);
    return float32([x!.shape[0]!, height, width, x!.shape[3]!]);
  },
  reference([x], { method }, out) {
    const channels = out.shape[3]!;
    const image = x!.data;
    sumInto(out, (sums) =>
      forEachSource(x!.shape, out.shape, method, (place, at, weight) => {
        const from = at * channels;
        const to = place * channels;
        for (let c = 0; c < channels; c++) sums[to + c]! += image[from + c]! * weight;
      }),
    );
  },
  gradient: ({ ops, inputs: [x], attributes: { method }, dy }) => [
    ops.resize2dGradient(dy, { method, inputShape: x!.shape }),
  ],
  multiplyAdds: (_, { method }, output) => sizeOf(output.shape) * (method === 'bilinear' ? 4 : 1),
};

/** Where one element along an axis comes from: `from` and, with the share `weight`, `next`. */
export interface Source {
  from: number;
  next: number;
  weight: number;
}

export function sourcesAlong(size: number, out: number, method: ResizeMethod): Source[] {
  return Array.from({ length: out }, (_, i) => {
    const centre = ((2 * i + 1) * size) / (2 * out);
    if (method === 'nearest') return { from: Math.floor(centre), next: Math.floor(centre), weight: 0 };
    const below = Math.floor(centre - 0.5);
    return { from: Math.max(below, 0), next: Math.min(below + 1, size - 1), weight: centre - 0.5 - below };
  });
}

/** Calls `visit` for each pixel `at` of the image that has a share in pixel `place` of the output. */
export function forEachSource(
  image: Shape,
  out: Shape,
  method: ResizeMethod,
  visit: (place: number, at: number, weight: number) => void,
): void {
  const [batch, height, width] = image as [number, number, number];
  const columns = sourcesAlong(width, out[2]!, method);
  const along = (row: number, share: number, place: number) => {
    for (const [column, { from, next, weight }] of columns.entries()) {
      if (weight < 1) visit(place + column, row * width + from, share * (1 - weight));
      if (weight > 0) visit(place + column, row * width + next, share * weight);
    }
  };
  const rows = sourcesAlong(height, out[1]!, method);
  for (let n = 0; n < batch; n++) {
    for (const [row, { from, next, weight }] of rows.entries()) {
      const place = (n * rows.length + row) * columns.length;
      if (weight < 1) along(n * height + from, 1 - weight, place);
      if (weight > 0) along(n * height + next, weight, place);
    }
  }
}

export function requireMethod(operator: string, method: string): void {
  if (method !== 'nearest' && method !== 'bilinear') {
    throw shapeError(operator, `method is "${method}"; it takes "nearest" or "bilinear"`);
  }
}

export function requireSizes(operator: string, [height, width]: readonly number[]): void {
  if (![height, width].every((n) => Number.isInteger(n) && n! > 0)) {
    throw shapeError(operator, `height and width are ${height} and ${width}; it takes whole numbers from 1`);
  }
}

/** Fewer axes for the same walk: those of size 1 go, and neighbours that all walks step over alike become one. */
import { AppError } from '../../../errors.ts';
import type { Shape } from '../../../graph/graph.ts';

/** AXES in the kernels. */
const MOST_AXES = 8;

/** At least one axis is left. `strides` are those of each walk. */
export function collapse(
  shape: Shape,
  strides: readonly (readonly number[])[],
): { sizes: number[]; strides: number[][] } {
  const sizes: number[] = [];
  const kept: number[][] = strides.map(() => []);
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const last = sizes.length - 1;
    if (last >= 0 && strides.every((walk, w) => kept[w]![last] === walk[axis]! * size)) {
      sizes[last]! *= size;
      for (const [w, walk] of strides.entries()) kept[w]![last] = walk[axis]!;
    } else {
      sizes.push(size);
      for (const [w, walk] of strides.entries()) kept[w]!.push(walk[axis]!);
    }
  }
  if (sizes.length === 0) {
    sizes.push(1);
    for (const walk of kept) walk.push(0);
  }
  if (sizes.length > MOST_AXES) {
    throw new AppError(
      'unsupported',
      `The wasm executor walks ${MOST_AXES} axes at most, not ${sizes.length}`,
    );
  }
  return { sizes, strides: kept };
}

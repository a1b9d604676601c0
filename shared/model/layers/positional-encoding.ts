/** Where in a sequence a place is, added to what it holds: attention by itself cannot tell places apart. */
import type { TensorRef } from '../../graph/ops.ts';
import type { LayerScope } from './scope.ts';

export const POSITION_KINDS = ['sinusoidal', 'sinusoidal-halves', 'learned'] as const;
export type PositionKind = (typeof POSITION_KINDS)[number];

/** [batch, time, width] → the same. `learned` has the parameter `positions` [time, width]. */
export function positionalEncoding(
  { ops, parameter }: LayerScope,
  x: TensorRef,
  { kind }: { kind: PositionKind },
): TensorRef {
  const [, time, width] = x.shape as [number, number, number];
  const table =
    kind === 'learned'
      ? parameter('positions', [time, width], 'glorotUniform')
      : ops.constant(kind === 'sinusoidal' ? sinusoids(time, width) : sinusoidHalves(time, width), [
          time,
          width,
        ]);
  return ops.add(x, table);
}

/** Row-major [time, width] (Vaswani et al. 2017, section 3.5): sine at even places of a row, cosine at odd ones. */
export function sinusoids(time: number, width: number): Float32Array {
  return Float32Array.from({ length: time * width }, (_, i) => {
    const column = i % width;
    const angle = Math.floor(i / width) / 10_000 ** ((column - (column % 2)) / width);
    return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}

/**
 * The same as Tensor2Tensor writes it: sines in the first half of a row, cosines in the second, their wave lengths from 2π to
 * exactly 10,000 · 2π. An odd width ends with a zero.
 */
export function sinusoidHalves(time: number, width: number): Float32Array {
  const half = Math.floor(width / 2);
  return Float32Array.from({ length: time * width }, (_, i) => {
    const column = i % width;
    if (column === 2 * half) return 0;
    const angle = Math.floor(i / width) / 10_000 ** ((column % half) / Math.max(half - 1, 1));
    return column < half ? Math.sin(angle) : Math.cos(angle);
  });
}

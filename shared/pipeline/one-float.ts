/** What most steps give: one number for each value. */
import type { FloatBlock } from './step.ts';

/** A loop of its own, since `Float32Array.from` takes four times as long. */
export function oneFloat<T>(values: ArrayLike<T>, of: (value: T, row: number) => number): FloatBlock {
  const data = new Float32Array(values.length);
  for (let row = 0; row < data.length; row++) data[row] = of(values[row] as T, row);
  return { type: 'floats', shape: [1], data };
}

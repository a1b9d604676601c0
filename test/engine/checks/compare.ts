/** Whether what an executor gave is what the reference gives. */
import type { TensorData, TensorValue } from '../../../shared/graph/graph.ts';
import { sameShape, showShape } from '../../../shared/graph/operator.ts';

/** What went wrong, or null. `tolerance` is relative, and absolute below 1; NaN and infinities must be the same. */
export function difference(
  actual: TensorValue<TensorData> | undefined,
  expected: TensorValue<TensorData>,
  tolerance: number,
): string | null {
  if (!actual) return 'is missing';
  if (!sameShape(actual.shape, expected.shape)) {
    return `has shape ${showShape(actual.shape)}, expected ${showShape(expected.shape)}`;
  }
  if (actual.data.length !== expected.data.length) {
    return `has ${actual.data.length} elements, expected ${expected.data.length}`;
  }
  for (let i = 0; i < expected.data.length; i++) {
    const wanted = Math.fround(expected.data[i]!);
    const got = actual.data[i]!;
    if (Object.is(got, wanted) || got === wanted) continue;
    if (!(Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted)))) {
      return `element ${i} of ${showShape(expected.shape)} is ${got}, expected ${wanted}`;
    }
  }
  return null;
}

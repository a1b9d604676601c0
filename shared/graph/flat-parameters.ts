/**
 * All trainable parameters of a graph as parts of one flat vector, `weights`: an optimiser's step is then a handful of nodes
 * however many layers there are, and contiguous parts cost nothing where the executor plans memory.
 */
import type { ParameterSpec, Shape, TensorValue } from './graph.ts';
import { sizeOf } from './operator.ts';

export const WEIGHTS = 'weights';

/** Parts begin at multiples of this many elements, a SIMD register's worth. */
const ALIGN = 4;

export interface FlatLayout {
  parts: readonly { name: string; shape: Shape; offset: number; size: number }[];
  /** Elements of the whole, padding included. */
  size: number;
}

export function layoutOf(parameters: readonly ParameterSpec[]): FlatLayout {
  let end = 0;
  const parts = parameters
    .filter(({ trainable }) => trainable)
    .map(({ name, shape }) => {
      const part = { name, shape, offset: end, size: sizeOf(shape) };
      end = Math.ceil((end + part.size) / ALIGN) * ALIGN;
      return part;
    });
  return { parts, size: end };
}

/** Padding is zero, and stays so: its gradient is. */
export function flatten({ parts, size }: FlatLayout, values: ReadonlyMap<string, TensorValue>): Float32Array {
  const flat = new Float32Array(size);
  for (const { name, offset } of parts) flat.set(values.get(name)!.data, offset);
  return flat;
}

/** Copies out of the flat vector, by name. */
export function unflatten({ parts }: FlatLayout, flat: Float32Array): Map<string, TensorValue> {
  return new Map(
    parts.map(({ name, shape, offset, size }) => [name, { shape, data: flat.slice(offset, offset + size) }]),
  );
}

/** Shapes that may be put together element by element. */
import type { TensorRef } from '../graph/ops.ts';
import { refuseShape } from './require-shape.ts';

/** The same axes after the batch, each as long in all inputs or 1: one number for a whole channel, for example. */
export function requireAlike(block: string, inputs: readonly TensorRef[]): void {
  const [first] = inputs;
  const fits = inputs.every(
    ({ shape }) =>
      shape.length === first!.shape.length &&
      shape.every((n, axis) => {
        const most = Math.max(...inputs.map((x) => x.shape[axis]!));
        return n === most || n === 1;
      }),
  );
  if (!fits) throw refuseShape(block, 'values of the same shape', ...inputs);
}

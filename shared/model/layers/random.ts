/** Chance in a training graph: one number for each row, or a Gaussian one for each value; from seed and step alone. */
import type { Ops, TensorRef } from '../../graph/ops.ts';
import type { Scope } from '../block.ts';

type Chance = Pick<Scope, 'seed' | 'step'>;

/** Streams of one block that must not be alike. */
const STREAM = 7919;

/** Between `least` and `most` for each row of `x`: [batch, 1, …] with `x`'s axes, or with so many as `axes` says. */
export function uniformPerRow(
  ops: Ops,
  { shape }: TensorRef,
  { seed, step }: Chance,
  {
    least,
    most,
    stream = 0,
    axes = shape.length,
  }: { least: number; most: number; stream?: number; axes?: number },
): TensorRef {
  const each = [shape[0]!, ...new Array<number>(axes - 1).fill(1)];
  const drawn = ops.randomUniform(step(), { shape: each, seed: seed + STREAM * stream });
  return ops.add(ops.multiply(drawn, ops.constant(most - least)), ops.constant(least));
}

/** Mean 0 and standard deviation 1, of the shape of `x` (Box and Muller 1958). */
export function gaussian(ops: Ops, { shape }: TensorRef, { seed, step }: Chance): TensorRef {
  const drawn = (stream: number) => ops.randomUniform(step(), { shape, seed: seed + STREAM * stream });
  const least = ops.constant(2 ** -25); // drawn numbers are multiples of 2^-24, 0 among them
  const radius = ops.sqrt(ops.multiply(ops.log(ops.add(drawn(1), least)), ops.constant(-2)));
  return ops.multiply(radius, ops.cos(ops.multiply(drawn(2), ops.constant(2 * Math.PI))));
}
